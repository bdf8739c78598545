#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "data/augment/augmenter.hpp"
#include "data/match/matched_images.hpp"
#include "data/pixel_transform.hpp"
#include "data/selection.hpp"

namespace ersatz::data {

/// What a training loop reads: n examples with labels, whether they are pixels or the cached
/// features of a frozen backbone.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  /// [channels, height, width] of one example.
  virtual std::array<int, 3> shape() const = 0;
  virtual std::span<const std::int32_t> labels() const = 0;
  std::size_t size() const { return labels().size(); }

  /// Writes the examples `indices` as [indices.size(), c, h, w] to `out`. `epoch` (from 1) counts
  /// for sources that change their examples from epoch to epoch; 0 asks for them unchanged.
  virtual void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const = 0;
};

/// The images of a Selection through a PixelTransform.
class PixelSource : public BatchSource {
 public:
  PixelSource(Selection selection, PixelTransform transform);
  /// With the images of every epoch from 1 on augmented.
  PixelSource(Selection selection, PixelTransform transform, Augmenter augmenter);

  /// Shows the same images matched, in every epoch, before they are augmented.
  void match(std::shared_ptr<MatchedImages> images) { matched_ = std::move(images); }

  std::array<int, 3> shape() const override;
  std::span<const std::int32_t> labels() const override { return selection_.labels; }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override;

 private:
  Selection selection_;
  PixelTransform transform_;
  std::optional<Augmenter> augmenter_;
  std::shared_ptr<MatchedImages> matched_;
  std::vector<std::uint64_t> names_;  ///< what the augmenter tells the images apart by: store and index
};

/// The order in which epoch `epoch` (from 1) visits n examples; depends on (seed, purpose, epoch, n) alone.
std::vector<std::uint32_t> shuffled_order(std::size_t n, std::uint64_t seed, int epoch,
                                          std::string_view purpose = "shuffle");

}  // namespace ersatz::data
