#include "train/feature_source.hpp"

#include <algorithm>
#include <utility>

namespace ersatz::train {

FeatureSource::FeatureSource(const data::Selection& selection, FeatureTables tables)
    : tables_(std::move(tables)), labels_(selection.labels) {
  rows_.reserve(selection.size());
  for (const data::ImageReference& image : selection.images) {
    const FeatureTable& table = *tables_.at(image.store);
    features_ = table.features();
    rows_.push_back(table.row(image.index).data());
  }
}

void FeatureSource::fill(std::span<const std::uint32_t> indices, int /*epoch*/, float* out) const {
  for (const std::uint32_t i : indices) out = std::copy_n(rows_[i], features_, out);
}

}  // namespace ersatz::train
