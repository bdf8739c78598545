#include "analysis/gains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/common_runs.hpp"
#include "analysis/learning_curve.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether `fewer` is `more` with fewer images, but some, of one source besides `source`.
bool has_fewer(const Mixture& fewer, const Mixture& more, const std::string& source) {
  if (fewer.images.size() != more.images.size() || !study::same_use(fewer.use, more.use)) return false;
  if (!same_augmentation(fewer.augmentation, more.augmentation) || fewer.own != more.own) return false;
  std::size_t differing = 0;
  for (std::size_t i = 0; i < fewer.images.size(); ++i) {
    const auto& [name, count] = fewer.images[i];
    if (name != more.images[i].first) return false;
    if (count == more.images[i].second) continue;
    if (name == source || count > more.images[i].second) return false;
    ++differing;
  }
  return differing == 1;
}

// `images` of an equivalent, where it may be beyond an end of the curve.
Bounded on_curve(double images, const Equivalent& curve) {
  if (images <= 0) return {curve.fewest, Bounded::Side::under};
  if (!std::isfinite(images)) return {curve.most, Bounded::Side::over};
  return {images};
}

// (images - own) / added.
Bounded value_of(Bounded images, double own, double added) {
  const double further = images.value - own;
  // Of equal accuracies the curve gives `own` but for rounding.
  images.value = std::abs(further) <= 1e-9 * own ? 0 : further / added;
  return images;
}

// second - first. Nothing where the ends of the curve leave both its signs open.
std::optional<Bounded> difference(const Bounded& first, const Bounded& second) {
  using Side = Bounded::Side;
  const double value = second.value - first.value;
  if (first.side == Side::at) return Bounded{value, second.side};
  if (second.side == first.side) return std::nullopt;
  return Bounded{value, first.side == Side::under ? Side::over : Side::under};
}

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
      if (gain.added > 0 && !altered) gain.value = added_value(gain);
      if (gain.value && gain.own > 0) gain.rate = exchange_rate(gain);
    }
    if (const auto fewer = next_fewer(i)) gain.step = step(*fewer, i);
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
    worth.by_cubic = line_->images_by_cubic(measured_[i]);
    if (law_) worth.by_power_law = stats::inverse(*law_, measured_[i]).value_or(kInfinity);
    return worth;
  }

  static AddedValue added_value(const Gain& gain) {
    const auto own = static_cast<double>(gain.own), added = static_cast<double>(gain.added);
    const Equivalent& worth = *gain.equivalent;
    const auto value = [&](double images) { return value_of(on_curve(images, worth), own, added); };
    return {value(worth.images), value(worth.interval.low), value(worth.interval.high)};
  }

  // The cell with the most added images among those with fewer than cell `i`.
  std::optional<std::size_t> next_fewer(std::size_t i) const {
    std::optional<std::size_t> found;
    for (std::size_t other = 0; other < cells_.size(); ++other) {
      if (!has_fewer(cells_[other].mixture, cells_[i].mixture, source_)) continue;
      if (!found || cells_[other].mixture.total() > cells_[*found].mixture.total()) found = other;
    }
    return found;
  }

  AddedStep step(std::size_t fewer, std::size_t i) const {
    const auto others = [&](std::size_t cell) {
      return cells_[cell].mixture.total() - cells_[cell].mixture.of(source_);
    };
    AddedStep step{others(fewer), paired_difference(runs_, fewer, i), {}};
    if (!line_ || cells_[i].mixture.augmented() || cells_[i].mixture.has_own_settings()) return step;
    const Equivalent first = equivalent(fewer), second = equivalent(i);
    step.per_image = difference(on_curve(first.images, first), on_curve(second.images, second));
    if (step.per_image) step.per_image->value /= static_cast<double>(others(i) - others(fewer));
    return step;
  }

  static ExchangeRate exchange_rate(const Gain& gain) {
    const auto own = static_cast<double>(gain.own), added = static_cast<double>(gain.added);
    const double rounded = own * (1 + 1e-9);  // of equal accuracies the curve gives `own` but for rounding
    // 0 for an infinite number of further images; infinity where there are none.
    const auto rate = [&](double images) { return images > rounded ? added / (images - own) : kInfinity; };
    ExchangeRate exchange;
    const Equivalent& worth = *gain.equivalent;
    if (worth.images > rounded) exchange.rate = rate(worth.images);
    exchange.interval = {rate(worth.interval.high), rate(worth.interval.low)};
    const stats::Interval readings = worth.readings();
    exchange.readings = {rate(readings.high), rate(readings.low)};
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

double Bounded::number() const {
  if (side == Side::at) return value;
  return side == Side::under ? -kInfinity : kInfinity;
}

stats::Interval Equivalent::readings() const {
  stats::Interval all{images, images};
  if (!(images > 0) || !std::isfinite(images)) return all;
  for (const double other : {by_cubic, by_power_law.value_or(images)}) {
    all = {std::min(all.low, other), std::max(all.high, other)};
  }
  return all;
}

bool disagree(const stats::Interval& readings) {
  constexpr double kAgree = 1.1;
  return !(readings.high <= kAgree * readings.low);
}

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
