#include <algorithm>
#include <iterator>
#include <tuple>

#include "analysis/results.hpp"
#include "stats/influence.hpp"

namespace ersatz::analysis {
namespace {

// The place of `value` in `seen`, adding it at the end when it is new.
std::size_t place(std::vector<std::string>& seen, const std::string& value) {
  const auto found = std::ranges::find(seen, value);
  if (found != seen.end()) return static_cast<std::size_t>(found - seen.begin());
  seen.push_back(value);
  return seen.size() - 1;
}

std::vector<std::uint64_t> seeds_of(const ResultTable& table, const Cell& cell) {
  std::vector<std::uint64_t> seeds;
  for (const std::size_t i : cell.results) seeds.push_back(table.results[i].seed);
  std::ranges::sort(seeds);
  return seeds;
}

using Values = std::function<void(const TestResult& run, std::span<double> out)>;

stats::CrossedEstimate estimate(const Cell& cell, const std::vector<TestResult>& results, std::size_t images,
                                const Values& values) {
  const auto of_run = [&](std::size_t, std::size_t seed, std::span<double> out) {
    values(results[cell.results[seed]], out);
  };
  return stats::Crossed(1, cell.seeds(), images, of_run).cell(0);
}

void fill(Cell& cell, const std::vector<TestResult>& results, const std::vector<std::int32_t>& truth,
          std::size_t classes) {
  const auto over_seeds = [&](auto number_of) {
    std::vector<double> values;
    for (const std::size_t i : cell.results) values.push_back(number_of(results[i]));
    return stats::summarise(values);
  };
  cell.accuracy = over_seeds([](const TestResult& r) { return r.scores.accuracy; });
  cell.macro_f1 = over_seeds([](const TestResult& r) { return r.scores.macro.f1; });
  cell.weighted_f1 = over_seeds([](const TestResult& r) { return r.scores.weighted.f1; });
  cell.epochs = over_seeds([](const TestResult& r) { return static_cast<double>(r.epochs); });
  cell.confusion.assign(classes * classes, 0);
  for (std::size_t c = 0; c < classes; ++c) {
    const bool tested = results[cell.results.front()].scores.classes[c].support > 0;
    cell.class_f1.push_back(tested ? over_seeds([c](const TestResult& r) { return r.scores.classes[c].f1; })
                                   : stats::Summary{});
    for (const std::size_t i : cell.results) {
      const auto row = results[i].confusion.normalised_row(c);
      for (std::size_t p = 0; p < classes; ++p) {
        cell.confusion[c * classes + p] += row[p] / static_cast<double>(cell.seeds());
      }
    }
  }
  const stats::Confusion& first = results[cell.results.front()].confusion;
  cell.test_images = first.total();
  cell.accuracy_estimate = estimate(cell, results, truth.size(), [&](const TestResult& run, std::span<double> out) {
    stats::accuracy_values(truth, run.predicted, out);
  });
  cell.accuracy_interval = stats::share_interval(cell.accuracy_estimate);
}

}  // namespace

std::vector<std::string> classifiers_of(const ResultTable& table) {
  std::vector<std::string> names;
  for (const Cell& cell : table.cells) place(names, cell.classifier);
  return names;
}

std::vector<std::uint64_t> common_seeds(const ResultTable& table, const std::vector<const Cell*>& cells) {
  if (cells.empty()) return {};
  std::vector<std::uint64_t> common = seeds_of(table, *cells.front());
  for (const Cell* cell : cells) {
    std::vector<std::uint64_t> both;
    std::ranges::set_intersection(common, seeds_of(table, *cell), std::back_inserter(both));
    common = std::move(both);
  }
  return common;
}

const TestResult& result_of(const ResultTable& table, const Cell& cell, std::uint64_t seed) {
  return table.results[*std::ranges::find(cell.results, seed, [&](std::size_t i) { return table.results[i].seed; })];
}

stats::CrossedEstimate crossed_estimate(const ResultTable& table, const Cell& cell, const Values& values) {
  return estimate(cell, table.results, table.truth.at(cell.test_on).size(), values);
}

stats::Interval macro_f1_interval(const ResultTable& table, const Cell& cell) {
  const std::vector<std::int32_t>& truth = table.truth.at(cell.test_on);
  const auto f1 = [&](const TestResult& run, std::span<double> out) {
    stats::macro_values(stats::Rate::f1, run.confusion, truth, run.predicted, out);
  };
  return stats::within(crossed_estimate(table, cell, f1).interval(), stats::kShares);
}

std::vector<Cell> make_cells(const std::vector<TestResult>& results,
                             const std::map<std::string, std::vector<std::int32_t>>& truth, std::size_t classes) {
  std::vector<std::string> classifiers, training_sets, test_sets;
  std::vector<std::pair<std::tuple<std::size_t, std::size_t, std::size_t>, std::size_t>> order;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const TestResult& result = results[i];
    order.push_back({{place(classifiers, result.classifier), place(training_sets, result.train_on),
                      place(test_sets, result.test_on)},
                     i});
  }
  std::ranges::sort(order);
  std::vector<Cell> cells;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const TestResult& result = results[order[k].second];
    if (k == 0 || order[k].first != order[k - 1].first) {
      Cell& cell = cells.emplace_back();
      cell.classifier = result.classifier;
      cell.title = classifier_title(result.classifier);
      cell.train_on = result.train_on;
      cell.test_on = result.test_on;
    }
    cells.back().results.push_back(order[k].second);
  }
  for (Cell& cell : cells) fill(cell, results, truth.at(cell.test_on), classes);
  return cells;
}

}  // namespace ersatz::analysis
