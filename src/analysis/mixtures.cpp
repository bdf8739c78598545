#include "analysis/mixtures.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace ersatz::analysis {
namespace {

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

// With phases in shares of all steps, which are the same for every budget.
study::ImageUse in_shares(study::ImageUse use) {
  std::int64_t all = 0;
  for (const study::Phase& phase : use.phases) all += phase.steps;
  for (study::Phase& phase : use.phases) {
    phase.share = static_cast<double>(phase.steps) / static_cast<double>(all);
    phase.steps = 0;
  }
  return use;
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
  return only_mixed() && images.size() == 1 && images[0].first == source;
}

std::optional<Mixture> Mixture::control() const {
  if (!study::asks_verifier(use.keep)) return std::nullopt;
  Mixture control = *this;
  control.use.keep = study::kept_at_random(use.keep);
  return control;
}

bool same_augmentation(const std::optional<std::vector<data::Augmentation>>& a,
                       const std::optional<std::vector<data::Augmentation>>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a ||
         std::ranges::equal(*a, *b, [](const auto& x, const auto& y) { return data::to_json(x) == data::to_json(y); });
}

bool Mixture::operator==(const Mixture& other) const {
  return images == other.images && same_augmentation(augmentation, other.augmentation) &&
         study::same_use(use, other.use) && own == other.own;
}

std::optional<Mixture> mixture_of(const study::RunRecord& run) {
  const auto& set = run.spec.train_on;
  const std::vector<std::size_t> images = run.source_images.empty() ? written_amounts(run) : run.source_images;
  if (images.size() != set.sources.size()) return std::nullopt;
  Mixture mixture;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i] > 0) mixture.images.emplace_back(set.sources[i].first, images[i]);
  }
  mixture.augmentation = set.augment;
  mixture.use = in_shares(set.use);
  mixture.own = set.own;
  return mixture;
}

std::vector<MixtureCell> mixture_cells(const ResultTable& table, const std::string& classifier,
                                       const std::string& test_on) {
  std::vector<MixtureCell> cells;
  if (table.study.label_source) return cells;  // images of one source stand in for those of no other
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
