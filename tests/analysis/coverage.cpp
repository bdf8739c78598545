#include "analysis/coverage.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/gains.hpp"
#include "analysis/substitution.hpp"
#include "stats/influence.hpp"

namespace ersatz::analysis {
namespace {

constexpr double kAdded = 10'000;

// Places in simulated_mixtures().
constexpr std::size_t kFewest = 0, kMost = 3, kFake = 4, kMixtures = 5;

class Counter {
 public:
  void add(const std::string& kind, const stats::Interval& interval, double truth) {
    Coverage& of = find(kind);
    ++of.all;
    of.held += interval.low <= truth && truth <= interval.high ? 1 : 0;
    widen(of, interval.high - interval.low);
  }
  void add_ratio(const std::string& kind, const stats::Interval& interval, double truth) {
    Coverage& of = find(kind);
    ++of.all;
    of.held += interval.low <= truth && truth <= interval.high ? 1 : 0;
    if (interval.low > 0 && std::isfinite(interval.high)) widen(of, std::log(interval.high / interval.low));
    if (!of.kind.ends_with(")")) of.kind += " (high / low)";
  }
  // Intervals that are to hold together.
  void add_all(const std::string& kind, const std::vector<stats::Interval>& intervals,
               const std::vector<double>& truths) {
    Coverage& of = find(kind);
    ++of.all;
    bool held = true;
    double width = 0;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      held = held && intervals[i].low <= truths[i] && truths[i] <= intervals[i].high;
      width += (intervals[i].high - intervals[i].low) / static_cast<double>(intervals.size());
    }
    of.held += held ? 1 : 0;
    widen(of, width);
  }
  std::vector<Coverage> take() {
    for (Coverage& of : all_) {
      of.width = widths_[&of - all_.data()] / static_cast<double>(counts_[&of - all_.data()]);
      if (of.kind.ends_with("(high / low)")) of.width = std::exp(of.width);
    }
    return std::move(all_);
  }

 private:
  Coverage& find(const std::string& kind) {
    const auto known = std::ranges::find_if(all_, [&](const Coverage& of) { return of.kind.starts_with(kind); });
    return known == all_.end() ? all_.emplace_back(Coverage{kind}) : *known;
  }
  void widen(const Coverage& of, double width) {
    widths_[&of - all_.data()] += width;
    ++counts_[&of - all_.data()];
  }

  std::vector<Coverage> all_;
  std::map<std::ptrdiff_t, double> widths_;
  std::map<std::ptrdiff_t, std::size_t> counts_;
};

stats::Interval students(const stats::Summary& summary) {
  static const std::map<std::size_t, double> t{{3, 4.302653}, {5, 2.776445}, {10, 2.262157}};
  const double half = t.at(summary.n) * summary.sd / std::sqrt(static_cast<double>(summary.n));
  return {summary.mean - half, summary.mean + half};
}

}  // namespace

SimulatedStudy simulated_mixtures(std::size_t images, std::size_t seeds, double seed_sd) {
  SimulatedStudy study;
  study.images = images;
  study.seeds = seeds;
  study.seed_sd = seed_sd;
  study.sets = {{500, 0, .35},   {2000, 0, .47},     {10000, 0, .60},     {40000, 0, .67},
                {0, 40000, .40}, {500, kAdded, .43}, {2000, kAdded, .52}, {10000, kAdded, .60}};
  return study;
}

std::vector<Coverage> coverage(const SimulatedStudy& study, std::size_t replicates) {
  std::vector<SimulatedStudy::Truth> truth;
  std::vector<double> images, on_curve, changes, class_changes;
  for (std::size_t set = 0; set < study.sets.size(); ++set) truth.push_back(study.truth(set));
  for (std::size_t set = kFewest; set <= kMost; ++set) {
    images.push_back(study.sets[set].real);
    on_curve.push_back(truth[set].accuracy);
  }
  for (std::size_t i = 0; kMixtures + i < truth.size(); ++i) {
    changes.push_back(truth[kMixtures + i].accuracy - truth[kFewest + i].accuracy);
  }
  for (std::size_t c = 0; c < study.classes; ++c) class_changes.push_back(truth[kFake].f1[c] - truth[kMost].f1[c]);
  const double worth = images_on_curve(images, on_curve, truth[kMixtures].accuracy);

  Counter counter;
  for (std::size_t r = 0; r < replicates; ++r) {
    FakeTable fake = study.draw(r);
    const ResultTable& table = fake.table();
    const Cell& most = table.cells.at(kMost);
    counter.add("accuracy", most.accuracy_interval, truth[kMost].accuracy);
    counter.add("(Student's t over seeds)", students(most.accuracy), truth[kMost].accuracy);
    counter.add("macro F1", macro_f1_interval(table, most), truth[kMost].macro_f1);
    const std::size_t c = study.classes / 3;
    const auto recall = [&](const TestResult& run, std::span<double> out) {
      stats::class_values(stats::Rate::recall, c, run.confusion, table.truth.at("REAL"), run.predicted, out);
    };
    counter.add("recall of a class", crossed_estimate(table, most, recall).interval(), truth[kMost].recall[c]);
    const GainTable found = gains(table, "REAL");
    std::vector<stats::Interval> together;
    for (const Gain& gain : found.gains) {
      if (!gain.change) continue;
      together.push_back(gain.change->simultaneous);
      if (gain.own != 500) continue;
      counter.add("difference", gain.change->interval, changes[0]);
      counter.add_ratio("worth r'", gain.equivalent->interval, worth);
      counter.add_ratio("rate k", gain.rate->interval, kAdded / (worth - 500));
    }
    counter.add_all("all differences together", together, changes);
    const Substitution instead = substitutions(table, "REAL").at(0);
    counter.add("CAS", instead.score_interval, truth[kFake].accuracy / truth[kMost].accuracy);
    std::vector<stats::Interval> classes;
    for (const ClassSubstitution& one : instead.classes) classes.push_back(one.f1.interval);
    counter.add_all("differences of F1, all classes together", classes, class_changes);
  }
  return counter.take();
}

}  // namespace ersatz::analysis
