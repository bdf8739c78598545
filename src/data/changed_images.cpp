#include "data/changed_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "base/damaged_file.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/stop.hpp"
#include "base/threads.hpp"
#include "data/augment/augmenter.hpp"
#include "data/import/cache.hpp"
#include "data/import/store_writer.hpp"

namespace ersatz::data {
namespace {

constexpr int kVersion = 1;  // of what the changes do: another version is another store
constexpr std::uint64_t kSeed = 0;
constexpr std::size_t kAtOnce = 256;  // images that a thread takes

struct NamedImage {
  std::string name;
  const ImageStore* store;
  std::uint32_t index;
};

std::vector<NamedImage> in_order_of_names(const std::vector<ChosenImages>& parts) {
  std::vector<NamedImage> images;
  for (const ChosenImages& part : parts) {
    for (const std::uint32_t i : part.indices) {
      images.push_back({fmt::format("{}/{}", part.source, part.store->file_name(i)), part.store.get(), i});
    }
  }
  std::ranges::sort(images, {}, &NamedImage::name);
  return images;
}

// All that the store's content follows from.
std::string name_of(const std::vector<ChosenImages>& parts, const std::vector<Augmentation>& transform) {
  Sha256 hash;
  hash.update(fmt::format("{}\n", kVersion));
  for (const ChosenImages& part : parts) {
    // The file's name follows from all of the store, hashes of image files and groups among it.
    hash.update(fmt::format("{} {} {}\n", part.source, part.store->path().filename().string(), part.indices.size()));
    hash.update(part.indices.data(), part.indices.size() * sizeof(std::uint32_t));
  }
  for (const Augmentation& change : transform) hash.update(to_json(change).dump() + "\n");
  return fmt::format("changed-{}.images", to_hex(hash.finish(), 32));
}

// Null when it is not there, or of another version.
std::shared_ptr<const ImageStore> find_store(const std::filesystem::path& path) {
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return nullptr;
  try {
    return std::make_shared<const ImageStore>(path);
  } catch (const DamagedFile&) {
    throw;
  } catch (const Error&) {
    return nullptr;
  }
}

// The number that the first 8 bytes of a digest are (short_hash) as a digest.
Digest digest_of(std::uint64_t number) {
  Digest digest{};
  for (std::size_t i = 0; i < sizeof number; ++i) {
    digest[i] = static_cast<std::uint8_t>(number >> (8 * (sizeof number - 1 - i)));
  }
  return digest;
}

class Changer {
 public:
  Changer(const std::vector<NamedImage>& images, const std::vector<Augmentation>& transform, StoreWriter& writer)
      : images_(images), changes_(!transform.empty()), augmenter_(transform, kSeed), writer_(writer) {}

  void work() {
    try {
      for (std::size_t first = next_.fetch_add(kAtOnce); first < images_.size(); first = next_.fetch_add(kAtOnce)) {
        if (stop_requested()) throw Stopped();
        for (std::size_t i = first; i < std::min(first + kAtOnce, images_.size()); ++i) make(i);
      }
    } catch (...) {
      next_ = images_.size();  // the others end, too
      throw;
    }
  }

 private:
  void make(std::size_t slot) {
    const NamedImage& image = images_[slot];
    const auto from = image.store->image(image.index);
    std::vector<std::uint8_t> pixels(from.begin(), from.end());
    StoreWriter::Facts facts;
    facts.label = image.store->labels()[image.index];
    facts.group = image.store->group_hash(image.index);
    if (changes_) augmenter_.apply(pixels, image.store->shape(), 1, short_hash(sha256(image.name)));
    facts.pixels = sha256(std::as_bytes(std::span(pixels)));
    const std::uint64_t decoded = image.store->decoded_hash(image.index);
    if (!changes_ && decoded != image.store->pixel_hash(image.index)) facts.decoded = decoded;
    facts.file = changes_ ? facts.pixels : digest_of(image.store->file_hash(image.index));
    writer_.write_pixels(slot, 1, pixels.data());
    writer_.set(slot, facts);
  }

  const std::vector<NamedImage>& images_;
  bool changes_;
  Augmenter augmenter_;
  StoreWriter& writer_;
  std::atomic<std::size_t> next_ = 0;
};

void make_store(const std::vector<NamedImage>& images, const std::vector<Augmentation>& transform,
                const std::filesystem::path& path) {
  PlannedSplit split;
  split.split = Split::test;
  split.folder = path.string();
  for (const NamedImage& image : images) {
    PlannedFile file;
    file.name = image.name;
    split.files.push_back(std::move(file));
  }
  StoreWriter writer(path.parent_path(), split, images.front().store->shape());
  Changer changer(images, transform, writer);
  in_threads(std::max(1U, std::thread::hardware_concurrency()), [&](unsigned) { changer.work(); });
  writer.finish();
  writer.commit_as(path.filename().string());
}

}  // namespace

std::shared_ptr<const ImageStore> changed_images(const std::vector<ChosenImages>& parts,
                                                 const std::vector<Augmentation>& transform,
                                                 const std::filesystem::path& cache) {
  const Cache folder(cache);
  const std::filesystem::path path = folder.store_folder() / name_of(parts, transform);
  if (auto store = find_store(path)) return store;
  CacheSession session(folder);
  if (auto store = find_store(path)) return store;  // another process has made it meanwhile
  const std::vector<NamedImage> images = in_order_of_names(parts);
  if (images.empty()) {
    throw Error("there are no images to put together", "ask for more: a fraction is taken of every class, and rounded");
  }
  make_store(images, transform, path);
  session.keep();
  return std::make_shared<const ImageStore>(path);
}

}  // namespace ersatz::data
