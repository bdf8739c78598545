#include "data/match/matched_images.hpp"

#include <algorithm>
#include <utility>

namespace ersatz::data {
namespace {

constexpr std::size_t kMostBytes = 256'000'000;  // 83,000 images of 32 x 32 pixels

}  // namespace

MatchedImages::MatchedImages(std::vector<ImageReference> images, StoreMatches matches)
    : images_(std::move(images)), matches_(std::move(matches)), places_(images_.size(), 0) {
  std::size_t slow = 0;
  for (const ImageReference& image : images_) {
    const auto match = matches_.find(image.store);
    if (match != matches_.end() && match->second->is_slow()) ++slow;
  }
  const std::size_t bytes = images_.empty() ? 1 : images_.front().store->shape().bytes();
  most_kept_ = kept_bytes(slow, images_.empty() ? ImageShape{1, 1} : images_.front().store->shape()) / bytes;
  kept_.reserve(most_kept_ * bytes);
}

std::size_t MatchedImages::kept_bytes(std::size_t n, ImageShape shape) {
  return std::min(n, kMostBytes / shape.bytes()) * shape.bytes();
}

std::span<const std::uint8_t> MatchedImages::pixels(std::uint32_t i) {
  const ImageReference& image = images_[i];
  const std::span<const std::uint8_t> own = image.pixels();
  const auto match = matches_.find(image.store);
  if (match == matches_.end()) return own;
  if (places_[i] == 0) {
    made_.resize(own.size());
    match->second->apply(own, made_.data());
    if (!match->second->is_slow() || kept_.size() / own.size() >= most_kept_) return made_;
    kept_.insert(kept_.end(), made_.begin(), made_.end());
    places_[i] = static_cast<std::uint32_t>(kept_.size() / own.size());
  }
  return std::span(kept_).subspan((places_[i] - 1) * own.size(), own.size());
}

}  // namespace ersatz::data
