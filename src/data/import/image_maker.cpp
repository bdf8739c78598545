#include "data/import/image_maker.hpp"

#include <algorithm>

#include "base/sandbox.hpp"

namespace ersatz::data {
namespace {

std::string_view bytes_of(const Batch& batch, std::size_t item) {
  return std::string_view(batch.bytes).substr(batch.items[item].offset, batch.items[item].size);
}

class MakerHere : public ImageMaker {
 public:
  MakerHere(const FileReader& reader, const ImageForm& form, std::size_t bytes_kept)
      : reader_(reader), form_(form), slots_(std::max<std::size_t>(1, bytes_kept / form.shape.bytes())) {}

  void begin(const Batch& batch) override {
    batch_ = &batch;
    file_.reset();
  }

  Made make(std::size_t index, std::size_t i) override {
    const Batch::Item& item = batch_->items[index];
    const std::string_view bytes = bytes_of(*batch_, index);
    if (next_ == slots_) {
      on_overwrite();
      next_ = 0;
    }
    if (pixels_.size() < (next_ + 1) * form_.shape.bytes()) {
      on_overwrite();  // the memory moves
      pixels_.resize(std::min(slots_, std::max<std::size_t>(16, 2 * next_)) * form_.shape.bytes());
    }
    std::uint8_t* const pixels = pixels_.data() + next_ * form_.shape.bytes();
    DecodedImage image;
    if (item.label) {
      image = {*item.label, bytes, reader_.by_record()->decode_record(bytes, form_, pixels)};
    } else {
      if (file_ == nullptr || opened_ != index) file_ = reader_.open(*item.planned, bytes, form_);
      opened_ = index;
      image = file_->decode(i, pixels);
    }
    ++next_;
    return {image, pixels};
  }

 private:
  const FileReader& reader_;
  const ImageForm& form_;
  const Batch* batch_ = nullptr;
  std::unique_ptr<OpenFile> file_;
  std::size_t slots_, opened_ = 0, next_ = 0;
  std::vector<std::uint8_t> pixels_;
};

class MakerInChild : public ImageMaker {
 public:
  explicit MakerInChild(const ImageForm& form) : process_(form) {}

  void begin(const Batch& batch) override {
    batch_ = &batch;
    results_.clear();
  }

  Made make(std::size_t index, std::size_t) override {
    const Batch::Item& item = batch_->items[index];
    if (results_.empty() || index >= first_ + results_.size()) ask(index);
    const DecoderProcess::Result& result = results_[index - first_];
    result.require();
    const std::int32_t label = item.label ? *item.label : item.planned->label;
    return {{label, bytes_of(*batch_, index), result.made}, process_.pixels(index - first_)};
  }

 private:
  void ask(std::size_t index) {
    on_overwrite();
    std::vector<std::string_view> files;
    for (std::size_t i = index; i < batch_->items.size() && batch_->items[i].problem.empty(); ++i) {
      files.push_back(bytes_of(*batch_, i));
    }
    results_ = process_.make(files);
    first_ = index;
  }

  DecoderProcess process_;
  const Batch* batch_ = nullptr;
  std::size_t first_ = 0;
  std::vector<DecoderProcess::Result> results_;  // of the items from first_ on
};

}  // namespace

std::unique_ptr<ImageMaker> ImageMaker::create(const FileReader& reader, const ImageForm& form,
                                               std::size_t bytes_kept) {
  if (reader.decodes_image_files() && has_own_processes()) return std::make_unique<MakerInChild>(form);
  return std::make_unique<MakerHere>(reader, form, bytes_kept);
}

SizeTeller::SizeTeller(const FileReader& reader) : reader_(reader) {
  if (reader.decodes_image_files() && has_own_processes()) process_ = std::make_unique<DecoderProcess>(ImageForm{});
}

ImageShape SizeTeller::size(std::string_view bytes) {
  return process_ != nullptr ? process_->size(bytes) : reader_.image_size(bytes);
}

}  // namespace ersatz::data
