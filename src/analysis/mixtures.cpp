#include "analysis/mixtures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace ersatz::analysis {
namespace {

// "crop", or "crop(padding 2)" where parameters are not the usual ones.
std::string augmentation_text(const data::Augmentation& augmentation) {
  const Json value = data::to_json(augmentation);
  std::vector<std::string> parameters;
  if (value.is_object()) {
    for (const auto& [key, parameter] : value.items()) {
      if (key != "name") parameters.push_back(fmt::format("{} {}", key, parameter.dump()));
    }
  }
  const std::string name(data::augmentation_name(augmentation));
  return parameters.empty() ? name : fmt::format("{}({})", name, fmt::join(parameters, ", "));
}

// "flip+crop+5 more" of a long list.
std::string shortened(const std::string& augmentation) {
  constexpr std::ptrdiff_t kShown = 2;
  const std::ptrdiff_t more = std::ranges::count(augmentation, '+') + 1 - kShown;
  if (more < 2) return augmentation;
  std::size_t end = 0;
  for (std::ptrdiff_t i = 0; i < kShown; ++i) end = augmentation.find('+', end + 1);
  return fmt::format("{}+{} more", augmentation.substr(0, end), more);
}

// Numbers of images where the training set gives all but one as numbers.
std::vector<std::size_t> written_amounts(const study::RunRecord& run) {
  const auto& sources = run.spec.train_on.sources;
  if (sources.size() == 1) return {run.training_images};
  std::vector<std::size_t> images;
  std::size_t known = 0, unknown = 0, place = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const study::Amount& amount = sources[i].second;
    images.push_back(static_cast<std::size_t>(amount.value));
    if (amount.kind == study::Amount::Kind::count) {
      known += images.back();
    } else {
      ++unknown;
      place = i;
    }
  }
  if (run.spec.settings.limit || unknown > 1 || known > run.training_images) return {};
  if (unknown == 1) images[place] = run.training_images - known;
  return images;
}

}  // namespace

std::size_t Mixture::of(const std::string& source) const {
  const auto found = std::ranges::find(images, source, [](const auto& part) { return part.first; });
  return found == images.end() ? 0 : found->second;
}

std::size_t Mixture::total() const {
  std::size_t sum = 0;
  for (const auto& [source, count] : images) sum += count;
  return sum;
}

bool Mixture::is_plain(const std::string& source) const {
  return augmentation.empty() && images.size() == 1 && images[0].first == source;
}

std::optional<Mixture> mixture_of(const study::RunRecord& run) {
  const auto& set = run.spec.train_on;
  const std::vector<std::size_t> images = run.source_images.empty() ? written_amounts(run) : run.source_images;
  if (images.size() != set.sources.size()) return std::nullopt;
  Mixture mixture;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i] > 0) mixture.images.emplace_back(set.sources[i].first, images[i]);
  }
  if (set.augment) {
    std::vector<std::string> names;
    for (const auto& augmentation : *set.augment) names.push_back(augmentation_text(augmentation));
    // An empty list is written down only where it switches a classifier's own augmentation off.
    mixture.augmentation = names.empty() ? "none" : fmt::format("{}", fmt::join(names, "+"));
  }
  return mixture;
}

std::string additions_text(const Mixture& mixture, const std::string& source) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : mixture.images) {
    if (name != source) parts.push_back(fmt::format("{} {}", format_count(count), name));
  }
  if (!mixture.augmentation.empty()) parts.push_back(shortened(mixture.augmentation));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<MixtureCell> mixture_cells(const ResultTable& table, const std::string& classifier,
                                       const std::string& test_on) {
  std::vector<MixtureCell> cells;
  for (const Cell& cell : table.cells) {
    if (cell.classifier != classifier || cell.test_on != test_on) continue;
    const std::string& id = table.results[cell.results.front()].run_id;
    const auto run = std::ranges::find(table.runs, id, [](const auto& one) { return one.id(); });
    const auto mixture = mixture_of(*run);
    if (!mixture) continue;
    const bool known = std::ranges::any_of(cells, [&](const auto& one) { return one.mixture == *mixture; });
    if (!known) cells.push_back({*mixture, &cell});
  }
  return cells;
}

}  // namespace ersatz::analysis
