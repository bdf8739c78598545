#include "analysis/gains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/common_runs.hpp"
#include "analysis/learning_curve.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

// Plain training sets of `source` alone, by their number of images: indices into the cells.
std::vector<std::size_t> curve_cells(const std::vector<MixtureCell>& cells, const std::string& source) {
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].mixture.is_plain(source)) points.push_back(i);
  }
  std::ranges::sort(points, {}, [&](std::size_t i) { return cells[i].mixture.total(); });
  return points;
}

/// One classifier's training sets, tested on the source.
class Comparison {
 public:
  Comparison(const ResultTable& table, std::string source, std::vector<MixtureCell> cells)
      : source_(std::move(source)), cells_(std::move(cells)), runs_(table, pointers()), measured_(runs_.measured()) {
    curve_ = curve_cells(cells_, source_);
    for (const std::size_t i : curve_) images_.push_back(static_cast<double>(cells_[i].mixture.total()));
    if (images_.size() < 2) return;
    line_ = LearningCurve(images_, curve_accuracies());
    law_ = fitting_power_law(images_, curve_accuracies());
  }

  std::vector<Gain> gains() const {
    std::vector<Gain> result;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!cells_[i].mixture.is_plain(source_)) result.push_back(gain(i));
    }
    std::ranges::stable_sort(result, {}, [](const Gain& g) { return std::pair(g.own, g.added); });
    return result;
  }

 private:
  std::vector<const Cell*> pointers() const {
    std::vector<const Cell*> list;
    for (const MixtureCell& cell : cells_) list.push_back(cell.cell);
    return list;
  }

  std::vector<double> curve_accuracies() const {
    std::vector<double> result;
    for (const std::size_t i : curve_) result.push_back(measured_[i]);
    return result;
  }

  Gain gain(std::size_t i) const {
    const auto& [mixture, cell] = cells_[i];
    Gain gain;
    gain.classifier = cell->classifier;
    gain.title = cell->title;
    gain.mixture = mixture;
    gain.own = mixture.of(source_);
    gain.added = mixture.total() - gain.own;
    gain.seeds = runs_.seeds().size();
    gain.accuracy = runs_.accuracy(i);
    gain.accuracy_interval = runs_.accuracy_interval(i);
    if (const auto base = base_of(gain.own)) gain.change = paired_difference(runs_, *base, i);
    if (const auto control = control_of(mixture)) gain.over_random = paired_difference(runs_, *control, i);
    if (line_) {
      gain.equivalent = equivalent(i);
      const bool altered = mixture.augmented() || mixture.has_own_settings();
      if (gain.added > 0 && gain.own > 0 && !altered) gain.rate = exchange_rate(gain);
    }
    return gain;
  }

  std::optional<std::size_t> base_of(std::size_t own) const {
    for (const std::size_t i : curve_) {
      if (cells_[i].mixture.total() == own) return i;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> control_of(const Mixture& mixture) const {
    const auto control = mixture.control();
    for (std::size_t i = 0; control && i < cells_.size(); ++i) {
      if (cells_[i].mixture == *control) return i;
    }
    return std::nullopt;
  }

  Equivalent equivalent(std::size_t i) const {
    Equivalent worth;
    worth.images = line_->images_for(measured_[i]);
    worth.interval = images_interval(*line_, runs_.crossed(), curve_, i);
    worth.fewest = images_.front();
    worth.most = images_.back();
    if (law_)
      worth.by_power_law = stats::inverse(*law_, measured_[i]).value_or(std::numeric_limits<double>::infinity());
    return worth;
  }

  static ExchangeRate exchange_rate(const Gain& gain) {
    const auto own = static_cast<double>(gain.own), added = static_cast<double>(gain.added);
    constexpr double kNone = std::numeric_limits<double>::infinity();
    const double rounded = own * (1 + 1e-9);  // of equal accuracies the curve gives `own` but for rounding
    // 0 for an infinite number of further images; infinity where there are none.
    const auto rate = [&](double images) { return images > rounded ? added / (images - own) : kNone; };
    ExchangeRate exchange;
    const Equivalent& worth = *gain.equivalent;
    if (worth.images > rounded) exchange.rate = rate(worth.images);
    exchange.interval = {rate(worth.interval.high), rate(worth.interval.low)};
    return exchange;
  }

  std::string source_;
  std::vector<MixtureCell> cells_;
  CommonRuns runs_;
  std::vector<double> measured_;
  std::vector<std::size_t> curve_;  // indices of cells_, by number of images
  std::vector<double> images_;      // of the curve's points
  std::optional<LearningCurve> line_;
  std::optional<stats::PowerLaw> law_;
};

// Makes the differences of one kind a family.
void adjust(std::vector<Gain>& gains, std::optional<PairedDifference> Gain::*difference, double Gain::*p_holm) {
  std::vector<PairedDifference*> family;
  for (Gain& gain : gains) {
    if (gain.*difference) family.push_back(&*(gain.*difference));
  }
  const std::vector<double> adjusted = as_family(family);
  std::size_t next = 0;
  for (Gain& gain : gains) {
    if (gain.*difference) gain.*p_holm = adjusted[next++];
  }
}

}  // namespace

GainTable gains(const ResultTable& table, const std::string& source) {
  GainTable result{source, {}, {}};
  for (const std::string& classifier : classifiers_of(table)) {
    std::vector<MixtureCell> cells = mixture_cells(table, classifier, source);
    const bool other = std::ranges::any_of(cells, [&](const auto& one) { return !one.mixture.is_plain(source); });
    if (!other) continue;
    try {
      std::ranges::move(Comparison(table, source, std::move(cells)).gains(), std::back_inserter(result.gains));
    } catch (const Error& problem) {
      result.left_out.push_back({table.title(classifier), problem.what()});
    }
  }
  adjust(result.gains, &Gain::change, &Gain::p_holm);
  adjust(result.gains, &Gain::over_random, &Gain::over_random_p_holm);
  return result;
}

}  // namespace ersatz::analysis
