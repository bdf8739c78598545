#pragma once

#include <map>
#include <memory>
#include <vector>

#include "data/batch_source.hpp"
#include "train/feature_cache.hpp"

namespace ersatz::train {

/// Opened features by store.
using FeatureTables = std::map<const data::ImageStore*, std::shared_ptr<const FeatureTable>>;

/// The cached features of the images of a Selection, as examples of shape [features, 1, 1].
class FeatureSource : public data::BatchSource {
 public:
  /// `tables` has one for every store of the selection, all with as many features.
  FeatureSource(const data::Selection& selection, FeatureTables tables);

  std::array<int, 3> shape() const override { return {static_cast<int>(features_), 1, 1}; }
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override;

 private:
  FeatureTables tables_;  // keeps the rows mapped
  std::size_t features_ = 0;
  std::vector<const float*> rows_;
  std::vector<std::int32_t> labels_;
};

}  // namespace ersatz::train
