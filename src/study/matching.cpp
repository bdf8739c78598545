#include "study/matching.hpp"

#include <span>
#include <utility>

#include "base/error.hpp"
#include "data/match/color_match.hpp"
#include "data/match/spectrum_match.hpp"

namespace ersatz::study {
namespace {

using Images = std::span<const data::ImageReference>;

// The matches of all sources but the one that they go by.
template <typename Change, typename Statistics>
data::StoreMatches matches(const std::vector<std::pair<std::string, Images>>& sources, const std::string& to,
                           Statistics statistics) {
  Images real;
  for (const auto& [source, images] : sources) {
    if (source == to) real = images;
  }
  if (real.empty()) throw Error("there are no training images of " + to + " that others could be matched to");
  const auto wanted = statistics(real);
  data::StoreMatches result;
  for (const auto& [source, images] : sources) {
    if (source == to || images.empty()) continue;
    result[images.front().store] = std::make_shared<Change>(statistics(images), wanted);
  }
  return result;
}

}  // namespace

std::shared_ptr<data::MatchedImages> match_images(const RunSpec& spec, const TrainingExamples& chosen) {
  const ImageUse& use = spec.train_on.use;
  if (use.match == Match::nothing) return nullptr;
  std::vector<std::pair<std::string, Images>> sources;
  std::size_t first = 0;
  for (std::size_t i = 0; i < spec.train_on.sources.size(); ++i) {
    sources.emplace_back(spec.train_on.sources[i].first,
                         Images(chosen.training.images).subspan(first, chosen.trained_images[i]));
    first += chosen.trained_images[i];
  }
  auto of_stores = use.match == Match::color
                       ? matches<data::ColorMatch>(sources, use.match_to, data::color_statistics)
                       : matches<data::SpectrumMatch>(sources, use.match_to, data::spectrum_statistics);
  return std::make_shared<data::MatchedImages>(chosen.training.images, std::move(of_stores));
}

std::size_t matched_bytes(const TrainingSet& set, std::size_t training_images, data::ImageShape shape) {
  return set.use.match == Match::spectrum ? data::MatchedImages::kept_bytes(training_images, shape) : 0;
}

}  // namespace ersatz::study
