#include "data/walk.hpp"

#include <optional>

#include "base/error.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/layout.hpp"

namespace ersatz::fuzzing {
namespace {

using namespace ersatz::data;

// More pixels and images than these take time, and show nothing that fewer do not.
constexpr std::size_t kMostBytes = std::size_t{1} << 22, kMostImages = 4096;

class Walker {
 public:
  Walker(const Layout& layout, const ImportOptions& options) : layout_(layout), form_{{}, options.resize} {}

  void take(const PlannedFile& file, const FileContent& content) {
    if (!content.problem.empty()) return;
    if (layout_.reader->by_record() != nullptr) {
      take_records(*layout_.reader->by_record(), file, content.bytes);
    } else if (prepare(content.bytes)) {
      const auto open = layout_.reader->open(file, content.bytes, form_);
      for (std::size_t i = 0; i < std::min(file.images, kMostImages); ++i) {
        pass_over([&] { check_label(open->decode(i, pixels_.data()).label); });
      }
    }
  }

 private:
  void take_records(const RecordReader& reader, const PlannedFile& file, std::string_view bytes) {
    const auto stream = reader.records(file, bytes);
    for (std::size_t i = 0; i < std::min(file.images, kMostImages); ++i) {
      const std::optional<Record> record = stream->next();
      if (!record) throw Error("holds fewer images than planned");
      if (!record->problem.empty()) continue;
      check_label(record->label);
      if (prepare(record->bytes)) pass_over([&] { reader.decode_record(record->bytes, form_, pixels_.data()); });
    }
  }

  /// The first image decides the size of all. False when there is none yet.
  bool prepare(std::string_view bytes) {
    if (!pixels_.empty()) return true;
    pass_over([&] {
      form_.shape = form_.resize ? form_.resize->size : layout_.reader->image_size(bytes);
      if (form_.shape.bytes() <= kMostBytes) pixels_.resize(form_.shape.bytes());
    });
    return !pixels_.empty();
  }

  void check_label(std::int32_t label) const {
    if (label < 0 || static_cast<std::size_t>(label) >= layout_.classes.size()) std::abort();
  }

  template <typename Make>
  static void pass_over(Make make) {
    try {
      make();
    } catch (const Error&) {  // an image that cannot be read
    }
  }

  const Layout& layout_;
  ImageForm form_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace

void walk(const Container& container, const ImportOptions& options) {
  const Layout layout = find_layout(container, "fuzz", std::string("SOURCE"), options.reading);
  std::vector<std::vector<const PlannedFile*>> planned(container.files().size());
  std::vector<bool> wanted(container.files().size(), false);
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      planned.at(file.file).push_back(&file);
      wanted[file.file] = true;
    }
  }
  Walker walker(layout, options);
  container.read(wanted, [&](std::size_t index, const FileContent& content) {
    for (const PlannedFile* file : planned[index]) walker.take(*file, content);
  });
}

}  // namespace ersatz::fuzzing
