#include "data/batch_source.hpp"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::data {

PixelSource::PixelSource(Selection selection, PixelTransform transform)
    : selection_(std::move(selection)), transform_(transform) {
  if (selection_.images.size() != selection_.labels.size()) {
    throw Error(
        fmt::format("a selection has {} images but {} labels", selection_.images.size(), selection_.labels.size()));
  }
}

PixelSource::PixelSource(Selection selection, PixelTransform transform, Augmenter augmenter)
    : PixelSource(std::move(selection), transform) {
  augmenter_ = std::move(augmenter);
  std::map<const ImageStore*, std::uint64_t> stores;
  for (const ImageReference& image : selection_.images) {
    const auto [store, is_new] = stores.try_emplace(image.store, 0);
    if (is_new) store->second = std::stoull(image.store->fingerprint().substr(0, 8), nullptr, 16) << 32;
    names_.push_back(store->second | image.index);
  }
}

std::array<int, 3> PixelSource::shape() const {
  return {transform_.channel_count(), selection_.shape.height, selection_.shape.width};
}

void PixelSource::fill(std::span<const std::uint32_t> indices, int epoch, float* out) const {
  const auto [channels, height, width] = shape();
  const std::size_t values = static_cast<std::size_t>(channels) * height * width;
  std::vector<std::uint8_t> changed;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    std::span<const std::uint8_t> pixels =
        matched_ ? matched_->pixels(indices[i]) : selection_.images[indices[i]].pixels();
    if (augmenter_ && epoch > 0) {
      changed.assign(pixels.begin(), pixels.end());
      augmenter_->apply(changed, selection_.shape, epoch, names_[indices[i]]);
      pixels = changed;
    }
    transform_pixels(transform_, selection_.shape, pixels.data(), out + i * values);
  }
}

std::vector<std::uint32_t> shuffled_order(std::size_t n, std::uint64_t seed, int epoch, std::string_view purpose) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  Random(seed, purpose, static_cast<std::uint32_t>(epoch)).shuffle(std::span(order));
  return order;
}

}  // namespace ersatz::data
