// A Parquet file: its columns one by one, the table of images, and what an import makes of it.

#include "data/codec/resize.hpp"
#include "data/parquet/column_reader.hpp"
#include "data/parquet/image_table.hpp"
#include "data/walk.hpp"
#include "input.hpp"

namespace {

using namespace ersatz::data;
namespace fuzzing = ersatz::fuzzing;

constexpr int kMostRows = 10'000;  // more of them take time only

void read_columns(std::string_view bytes) {
  const ParquetFile file(bytes);
  for (std::size_t column = 0; column < file.columns().size(); ++column) {
    fuzzing::one_error_at_most([&] {
      ColumnReader reader(file, column);
      std::uint64_t sum = 0;
      for (int row = 0; row < kMostRows && reader.next(); ++row) {
        if (!reader.value()) continue;
        for (const char c : reader.value()->bytes) sum += static_cast<std::uint8_t>(c);
      }
      [[maybe_unused]] const volatile std::uint64_t all_bytes_were_read = sum;
    });
  }
}

void read_images(std::string_view bytes) {
  const ImageTable table(bytes);
  const std::vector<std::string> classes = table.classes();
  ImageRows rows(table, classes);
  for (int i = 0; i < kMostRows; ++i) {
    const auto row = rows.next();
    if (!row) return;
    fuzzing::require(!row->problem.empty() || (row->label >= 0 && std::cmp_less(row->label, classes.size())));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzzing::text_of(data, size);
  fuzzing::one_error_at_most([&] { read_columns(bytes); });
  fuzzing::one_error_at_most([&] { read_images(bytes); });
  fuzzing::one_error_at_most([&] {
    fuzzing::MemoryContainer container;
    container.add("train.parquet", bytes);
    ImportOptions options;
    options.resize = Resize{{4, 4}};
    fuzzing::walk(container, options);
  });
  return 0;
}
