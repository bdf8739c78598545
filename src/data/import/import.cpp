#include "data/import/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "data/import/broken_images.hpp"
#include "data/import/decode_pool.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/image_maker.hpp"
#include "data/import/size_survey.hpp"
#include "data/import/store_writer.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kBatchItems = 256;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

/// Where the images of a container's file go.
struct Target {
  const PlannedFile* planned = nullptr;
  std::size_t split = 0, slot = 0;
};

class Importer {
 public:
  Importer(const Container& container, const std::filesystem::path& path, const Layout& layout,
           const std::filesystem::path& store_folder, const ImportOptions& options)
      : container_(container),
        path_(path),
        layout_(layout),
        store_folder_(store_folder),
        options_(options),
        targets_(container.files().size()),
        wanted_(container.files().size(), false) {
    for (std::size_t s = 0; s < layout.splits.size(); ++s) {
      std::size_t slot = 0;
      for (const PlannedFile& file : layout.splits[s].files) {
        targets_[file.file].push_back({&file, s, slot});
        wanted_[file.file] = true;
        slot += file.images;
      }
      total_ += slot;
    }
  }

  Imported run(const std::function<void(const Imported&)>& publish) {
    try {
      return import(publish);
    } catch (const WrongSize&) {
      throw several_sizes(container_, path_, layout_);
    }
  }

 private:
  Imported import(const std::function<void(const Imported&)>& publish) {
    container_.read(wanted_, [this](std::size_t file, const FileContent& content) { take(file, content); });
    const std::string hint = layout_.reader->broken_hint();
    if (pool_ == nullptr) {
      if (!skipped_.empty()) throw broken_images(path_, skipped_, total_, hint);
      throw Error(fmt::format("{}: none of its {} images can be read", path_.string(), total_));
    }
    push();
    Imported imported{layout_.classes, {}, std::move(skipped_), layout_.ignored, {}, layout_.taken_for, layout_.notes};
    for (SkippedFile& file : pool_->finish()) imported.skipped.push_back(std::move(file));
    if (!options_.skip_broken && !imported.skipped.empty()) throw broken_images(path_, imported.skipped, total_, hint);
    imported.remarks = pool_->remarks();
    if (options_.on_progress) options_.on_progress({path_.string(), total_, total_});
    // All stores are complete before the first gets its name, and the index is written last.
    for (std::size_t s = 0; s < writers_.size(); ++s) {
      writers_[s]->finish();
      const PlannedSplit& split = layout_.splits[s];
      imported.stores.push_back({split.source, split.split, split.folder, writers_[s]->name()});
    }
    std::vector<std::filesystem::path> made;
    try {
      for (const auto& writer : writers_) {
        if (writer->commit()) made.push_back(store_folder_ / writer->name());
      }
      publish(imported);
    } catch (...) {
      std::error_code ignored;
      for (const auto& file : made) std::filesystem::remove(file, ignored);
      throw;
    }
    return imported;
  }

  void take(std::size_t file, const FileContent& content) {
    if (stop_requested()) throw Stopped();
    const std::string& name = container_.files()[file].path;
    for (const Target& target : targets_[file]) {
      if (layout_.reader->by_record() != nullptr) {
        take_records(target, name, content);
      } else if (content.bytes.size() > kLargestFile) {
        add(target, name, {{}, "is larger than 256 MiB"}, {});
      } else {
        add(target, name, content, {});
      }
    }
  }

  /// Single images may be skipped; behind a place where the file itself is damaged, nothing can be found any more.
  void take_records(Target target, const std::string& name, const FileContent& content) {
    const auto named = [&](const std::string& what, const std::string& hint) {
      return Error(fmt::format("{}: {}: {}", path_.string(), name, what), hint);
    };
    if (!content.problem.empty()) throw named(content.problem, {});
    std::unique_ptr<RecordStream> stream;
    for (std::size_t i = 0; i < target.planned->images; ++i, ++target.slot) {
      if (stop_requested()) throw Stopped();
      std::optional<Record> record;
      try {
        if (stream == nullptr) stream = layout_.reader->by_record()->records(*target.planned, content.bytes);
        record = stream->next();
      } catch (const Error& error) {
        throw named(error.what(), error.hint());
      }
      if (!record) throw named(fmt::format("holds {} images, not {}", i, target.planned->images), {});
      const PlannedFile shown{0, name, 0, target.planned->images};
      add(target, image_name(shown, i), {record->bytes, std::move(record->problem)}, record->label);
    }
  }

  /// Hands a file, or with a `label` an image of one, on to the decoders.
  void add(const Target& target, const std::string& name, const FileContent& content,
           std::optional<std::int32_t> label) {
    if (pool_ == nullptr && !start(name, content)) return;
    batch_.items.push_back({order_++, target.planned, writers_[target.split].get(), target.slot, name,
                            batch_.bytes.size(), content.bytes.size(), content.problem, label});
    batch_.bytes += content.bytes;
    if (batch_.items.size() >= kBatchItems || batch_.bytes.size() >= kBatchBytes) push();
  }

  /// Sets everything up for the size that is asked for, or else that of the first readable image. False when this one
  /// cannot be read and is skipped.
  bool start(const std::string& name, const FileContent& content) {
    const FileReader& reader = *layout_.reader;
    const bool unsplit = std::ranges::any_of(layout_.splits, [](const auto& split) { return !split.split; });
    // A split that is made later goes by the pixels as they were.
    ImageForm form{{}, options_.resize, options_.resize && unsplit};
    if (!form.resize && sizes_ == nullptr) sizes_ = std::make_unique<SizeTeller>(reader);
    try {
      if (!content.problem.empty()) throw Error(content.problem);
      form.shape = form.resize ? form.resize->size : sizes_->size(content.bytes);
    } catch (const Error& error) {
      if (reader.may_skip()) {
        skipped_.push_back({name, error.what(), error.hint()});
        return false;
      }
      throw Error(fmt::format("{}: {}: {}", path_.string(), name, error.what()),
                  error.hint().empty() ? reader.broken_hint() : error.hint());
    }
    sizes_.reset();
    // The pool first: memory that a child has been forked with costs a fault when it is written to.
    const unsigned threads =
        options_.threads > 0 ? options_.threads : std::max(1U, std::thread::hardware_concurrency());
    pool_ = std::make_unique<DecodePool>(DecodePool::Setting{form, layout_.reader, path_.string(), threads});
    for (const PlannedSplit& split : layout_.splits) {
      writers_.push_back(std::make_unique<StoreWriter>(store_folder_, split, form.shape));
    }
    return true;
  }

  void push() {
    if (batch_.items.empty()) return;
    if (!pool_->push(std::exchange(batch_, {}))) pool_->finish();  // (throws)
    if (options_.on_progress) options_.on_progress({path_.string(), pool_->done(), total_});
  }

  const Container& container_;
  const std::filesystem::path& path_;
  const Layout& layout_;
  const std::filesystem::path& store_folder_;
  const ImportOptions& options_;
  std::vector<std::vector<Target>> targets_;  // of each file of the container; several where it holds several splits
  std::vector<bool> wanted_;
  std::size_t total_ = 0, order_ = 0;
  std::unique_ptr<SizeTeller> sizes_;  // until the first readable image
  std::vector<SkippedFile> skipped_;   // before the first readable image
  std::vector<std::unique_ptr<StoreWriter>> writers_;
  std::unique_ptr<DecodePool> pool_;  // (after the writers: its threads end first)
  Batch batch_;
};

}  // namespace

Imported import_images(const Container& container, const std::filesystem::path& path, const Layout& layout,
                       const std::filesystem::path& store_folder, const ImportOptions& options,
                       const std::function<void(const Imported&)>& publish) {
  return Importer(container, path, layout, store_folder, options).run(publish);
}

}  // namespace ersatz::data
