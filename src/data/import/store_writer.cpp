#include "data/import/store_writer.hpp"

#include <fmt/format.h>

#include <tuple>

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
      facts_(names_.size()),
      present_(names_.size(), 0) {}

void StoreWriter::write_pixels(std::size_t first, std::size_t count, const std::uint8_t* pixels) {
  const std::uint64_t start = store_header(shape_, 0, 0).pixels;
  file_->write_at(start + first * shape_.bytes(), pixels, count * shape_.bytes());
}

void StoreWriter::set(std::size_t slot, const Facts& facts) {
  facts_[slot] = facts;
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
  std::vector<std::uint64_t> file_hashes, pixel_hashes, name_ends, decoded_hashes, group_hashes;
  std::uint32_t extras = 0;
  for (const std::size_t slot : present) {
    const Facts& facts = facts_[slot];
    fingerprint.add(names_[slot], facts.label, facts.pixels);
    files.update(facts.file.data(), facts.file.size());
    names += names_[slot];
    labels.push_back(facts.label);
    file_hashes.push_back(short_hash(facts.file));
    pixel_hashes.push_back(short_hash(facts.pixels));
    name_ends.push_back(names.size());
    decoded_hashes.push_back(facts.decoded.value_or(pixel_hashes.back()));
    group_hashes.push_back(facts.group.value_or(decoded_hashes.back()));
    if (facts.decoded) extras |= kDecodedHashes;
    if (facts.group) extras |= kGroupHashes;
  }
  std::string padded = names;  // the checksums behind it are aligned
  const std::uint64_t names_start = store_header(shape_, present.size(), 0, extras).names;
  padded.resize(names.size() + (8 - (names_start + names.size()) % 8) % 8, '\0');
  StoreHeader header = store_header(shape_, present.size(), padded.size() + 8 * present.size(), extras);
  header.fingerprint = fingerprint.finish();
  write_array(*file_, header.labels, labels);
  write_array(*file_, header.file_hashes, file_hashes);
  write_array(*file_, header.pixel_hashes, pixel_hashes);
  for (const auto& [bit, offset, hashes] : {std::tuple{kDecodedHashes, header.decoded_hashes(), &decoded_hashes},
                                            std::tuple{kGroupHashes, header.group_hashes(), &group_hashes}}) {
    if ((extras & bit) == 0) continue;
    write_array(*file_, offset, *hashes);
    files.update(hashes->data(), hashes->size() * sizeof(std::uint64_t));
  }
  write_array(*file_, header.name_ends, name_ends);
  file_->write_at(header.names, padded.data(), padded.size());
  write_checks(header, header.names + padded.size());
  // Other files may hold the same pixels: they get a store of their own, with their own file hashes. So do stores with
  // other extras.
  name_ = fmt::format("{}-{}.images", to_hex(header.fingerprint, 32), to_hex(files.finish(), 8));
}

// Read back, all of it: what is checked later is what has arrived in the file.
void StoreWriter::write_checks(const StoreHeader& header, std::uint64_t offset) {
  std::vector<std::uint64_t> images(header.count);
  {
    const MappedFile written(file_->temporary_path());
    for (std::size_t i = 0; i < images.size(); ++i) {
      images[i] = checksum(written.bytes().subspan(header.pixels + i * shape_.bytes(), shape_.bytes()), i);
    }
  }
  write_array(*file_, offset, images);
  StoreChecks checks{offset, 0, 0};
  checks.facts = checksum(MappedFile(file_->temporary_path()).bytes().subspan(header.labels));
  checks.header = header_check(header, checks);
  file_->write_at(0, &header, sizeof header);
  file_->write_at(sizeof header, &checks, sizeof checks);
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
