#include "data/import/store_writer.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

std::vector<std::string> slot_names(const PlannedSplit& split) {
  std::vector<std::string> names;
  names.reserve(split.image_count());
  for (const PlannedFile& file : split.files) {
    for (std::size_t i = 0; i < file.images; ++i) names.push_back(image_name(file, i));
  }
  return names;
}

template <typename T>
void write_array(AtomicFile& file, std::uint64_t offset, const std::vector<T>& values) {
  file.write_at(offset, values.data(), values.size() * sizeof(T));
}

}  // namespace

StoreWriter::StoreWriter(std::filesystem::path folder, const PlannedSplit& split, ImageShape shape)
    : folder_(std::move(folder)),
      split_(split),
      shape_(shape),
      file_(std::make_unique<AtomicFile>(folder_ / "incoming")),
      names_(slot_names(split)),
      labels_(names_.size()),
      file_digests_(names_.size()),
      pixel_digests_(names_.size()),
      present_(names_.size(), 0) {}

void StoreWriter::write_pixels(std::size_t first, std::size_t count, const std::uint8_t* pixels) {
  const std::uint64_t start = store_header(shape_, 0, 0).pixels;
  file_->write_at(start + first * shape_.bytes(), pixels, count * shape_.bytes());
}

void StoreWriter::set(std::size_t slot, std::int32_t label, const Digest& file, const Digest& pixels) {
  labels_[slot] = label;
  file_digests_[slot] = file;
  pixel_digests_[slot] = pixels;
  present_[slot] = 1;
}

/// Copies the present images to a new file, one after another.
void StoreWriter::close_gaps(const std::vector<std::size_t>& present) {
  auto packed = std::make_unique<AtomicFile>(folder_ / "incoming");
  std::swap(file_, packed);
  const MappedFile old(packed->temporary_path());
  const std::uint64_t start = store_header(shape_, 0, 0).pixels;
  const auto* pixels = reinterpret_cast<const std::uint8_t*>(old.bytes().data()) + start;
  for (std::size_t i = 0; i < present.size(); ++i) write_pixels(i, 1, pixels + present[i] * shape_.bytes());
}

void StoreWriter::finish() {
  std::vector<std::size_t> present;
  for (std::size_t slot = 0; slot < present_.size(); ++slot) {
    if (present_[slot] != 0) present.push_back(slot);
  }
  if (present.empty()) throw Error(fmt::format("none of the images in {} can be read", split_.folder));
  if (present.size() < present_.size()) close_gaps(present);

  FingerprintBuilder fingerprint(shape_, present.size());
  Sha256 files;
  std::string names;
  std::vector<std::int32_t> labels;
  std::vector<std::uint64_t> file_hashes, pixel_hashes, name_ends;
  for (const std::size_t slot : present) {
    fingerprint.add(names_[slot], labels_[slot], pixel_digests_[slot]);
    files.update(file_digests_[slot].data(), file_digests_[slot].size());
    names += names_[slot];
    labels.push_back(labels_[slot]);
    file_hashes.push_back(short_hash(file_digests_[slot]));
    pixel_hashes.push_back(short_hash(pixel_digests_[slot]));
    name_ends.push_back(names.size());
  }
  StoreHeader header = store_header(shape_, present.size(), names.size());
  header.fingerprint = fingerprint.finish();
  write_array(*file_, header.labels, labels);
  write_array(*file_, header.file_hashes, file_hashes);
  write_array(*file_, header.pixel_hashes, pixel_hashes);
  write_array(*file_, header.name_ends, name_ends);
  file_->write_at(header.names, names.data(), names.size());
  file_->write_at(0, &header, sizeof header);
  // Other files may hold the same pixels: they get a store of their own, with their own file hashes.
  name_ = fmt::format("{}-{}.images", to_hex(header.fingerprint, 32), to_hex(files.finish(), 8));
}

bool StoreWriter::commit() {
  const std::filesystem::path path = folder_ / name_;
  try {
    if (is_intact(ImageStore(path))) {
      file_.reset();
      return false;
    }
  } catch (const Error&) {
    // Not there, or damaged: the new one takes its place.
  }
  file_->commit_as(path);
  return true;
}

}  // namespace ersatz::data
