#include "quality/image_features.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "data/batch_source.hpp"
#include "train/penultimate.hpp"

namespace ersatz::quality {
namespace {

Matrix pixels_of(const data::Selection& images) {
  const std::size_t width = images.shape.bytes();
  Matrix rows{images.size(), width, {}};
  rows.values.reserve(rows.rows * width);
  for (const data::ImageReference& image : images.images) {
    for (const std::uint8_t value : image.pixels()) rows.values.push_back(static_cast<float>(value) / 255);
  }
  return rows;
}

}  // namespace

FeatureSpace pixel_space() { return {"pixels", pixels_of}; }

FeatureSpace backbone_space(const std::string& title, const train::FeatureRequest& request,
                            const train::FeatureOptions& options) {
  using Tables = std::map<const data::ImageStore*, std::shared_ptr<const train::FeatureTable>>;
  const auto tables = std::make_shared<Tables>();
  return {title, [=](const data::Selection& images) {
            Matrix rows{images.size(), 0, {}};
            for (const data::ImageReference& image : images.images) {
              auto& table = (*tables)[image.store];
              if (table == nullptr) table = train::pooled_features(*image.store, request, options);
              if (rows.values.empty()) {
                rows.columns = table->features();
                rows.values.reserve(rows.rows * rows.columns);
              }
              std::ranges::copy(table->row(image.index), std::back_inserter(rows.values));
            }
            return rows;
          }};
}

FeatureSpace classifier_space(const std::string& title, models::WholeNetwork classifier, unsigned threads) {
  const auto shared = std::make_shared<const models::WholeNetwork>(std::move(classifier));
  return {title, [=](const data::Selection& images) {
            const data::PixelSource examples(images, shared->transform);
            return train::penultimate_features(shared->network, shared->weights, examples, threads);
          }};
}

}  // namespace ersatz::quality
