#include "data/derive/image_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/stop.hpp"
#include "base/threads.hpp"
#include "data/codec/encode_png.hpp"

namespace ersatz::data {
namespace {

constexpr int kEpoch = 1;  // as where test sets are changed
constexpr std::size_t kAtOnce = 16;

/// Calls work(i) for each i below `count`, `at_once` of them by a thread, and done(share) in the first thread.
template <typename Work, typename Done>
void for_each(std::size_t count, std::size_t at_once, unsigned threads, const Work& work, const Done& done) {
  std::atomic<std::size_t> next{0};
  in_threads(std::max(1U, threads), [&](unsigned thread) {
    try {
      for (std::size_t first = next.fetch_add(at_once); first < count; first = next.fetch_add(at_once)) {
        if (stop_requested()) throw Stopped();
        if (thread == 0) done(static_cast<double>(first) / static_cast<double>(count));
        for (std::size_t i = first; i < std::min(first + at_once, count); ++i) work(i);
      }
    } catch (...) {
      next = count;  // the others end, too
      throw;
    }
  });
}

}  // namespace

std::string derived_file_name(const DataSet& set, const PlannedImage& image) {
  return fmt::format("{}/{:05}.png", set.classes[static_cast<std::size_t>(image.stands_under)], image.number + 1);
}

ImageWriter::ImageWriter(const DataSet& set, const DerivedKind& kind, std::uint64_t seed, unsigned threads,
                         const Candidates& candidates, const std::vector<PlannedImage>& images,
                         const Progress& progress)
    : set_(set),
      seed_(seed),
      threads_(threads == 0 ? std::thread::hardware_concurrency() : threads),
      images_(images),
      augmenter_(pixel_changes(kind, set.shape), seed),
      components_(set.classes.size()) {
  if (kind.kind != Derive::pca) return;
  const auto find = [&](std::size_t k) {
    std::vector<ImageReference> originals;
    for (const Candidate& image : candidates.classes[k]) originals.push_back(image.image);
    if (!originals.empty()) components_[k] = principal_components(originals, static_cast<std::size_t>(kind.value));
  };
  for_each(set.classes.size(), 1, threads_, find,
           [&](double share) { progress("principal components of each class", share); });
}

void ImageWriter::make(const PlannedImage& image, std::vector<std::uint8_t>& pixels) const {
  if (image.original.store == nullptr) {
    pixels.resize(set_.shape.bytes());
    const auto label = static_cast<std::size_t>(image.label);
    draw_normal_image(components_[label], seed_, "derive " + set_.classes[label], image.number, pixels);
    return;
  }
  const auto original = image.original.pixels();
  pixels.assign(original.begin(), original.end());
  augmenter_.apply(pixels, set_.shape, kEpoch, image.pixels);
}

void ImageWriter::write_to(DerivedFolder& folder, const Progress& progress) const {
  const auto write = [&](std::size_t i) {
    std::vector<std::uint8_t> pixels;
    make(images_[i], pixels);
    folder.write(derived_file_name(set_, images_[i]), encode_png(pixels, set_.shape));
  };
  for_each(images_.size(), kAtOnce, threads_, write, [&](double share) { progress("writing images", share); });
}

}  // namespace ersatz::data
