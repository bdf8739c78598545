#include "data/import/layout.hpp"

#include <fmt/format.h>

#include "data/import/cifar_batches.hpp"
#include "data/import/image_files.hpp"
#include "data/import/parquet_shards.hpp"

namespace ersatz::data {
namespace {

/// A format whose files hold many images each.
struct RecordFormat {
  bool (*is_in)(const Container& container);
  Layout (*layout)(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source);
};

constexpr RecordFormat kRecordFormats[] = {
    {holds_cifar_batches, cifar_batches_layout},
    {holds_parquet, parquet_layout},
};

}  // namespace

std::string image_name(const PlannedFile& file, std::size_t i) {
  return file.images == 1 ? file.name : fmt::format("{}/{:05}", file.name, i);
}

std::size_t PlannedSplit::image_count() const {
  std::size_t count = 0;
  for (const PlannedFile& file : files) count += file.images;
  return count;
}

Layout find_layout(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source) {
  for (const RecordFormat& format : kRecordFormats) {
    if (format.is_in(container)) return format.layout(container, path, source);
  }
  return image_files_layout(container, path, source);
}

}  // namespace ersatz::data
