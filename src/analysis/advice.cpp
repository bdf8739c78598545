#include "analysis/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "analysis/learning_curve.hpp"
#include "analysis/validation.hpp"
#include "base/error.hpp"
#include "study/random_controls.hpp"

namespace ersatz::analysis {
namespace fs = std::filesystem;
namespace {

const Cell& cell_of(const ResultTable& table, const std::string& train_on, const std::string& source) {
  for (const Cell& cell : table.cells) {
    if (cell.train_on == train_on && cell.test_on == source) return cell;
  }
  throw Error(fmt::format("no finished run of {} was tested on {}", train_on, source),
              "the same command makes what is missing");
}

std::vector<const TestResult*> runs_of(const ResultTable& table, const Cell& cell,
                                       const std::vector<std::uint64_t>& seeds) {
  std::vector<const TestResult*> runs;
  for (const std::uint64_t seed : seeds) runs.push_back(&result_of(table, cell, seed));
  return runs;
}

// What the recipe's accuracy is worth on the learning curve of the other: cell `reached` of `runs` against `curve`.
Equivalent worth_of(const CommonRuns& runs, const std::vector<std::size_t>& curve, const std::vector<double>& images,
                    std::size_t reached) {
  std::vector<double> accuracies;
  for (const std::size_t cell : curve) accuracies.push_back(runs.accuracy(cell).mean);
  const LearningCurve line(images, accuracies);
  Equivalent worth;
  worth.images = line.images_for(runs.accuracy(reached).mean);
  worth.interval = images_interval(line, runs.crossed(), curve, reached);
  worth.fewest = images.front();
  worth.most = images.back();
  return worth;
}

}  // namespace

std::vector<Trial> read_trials(const fs::path& out) {
  std::vector<Trial> trials;
  for (const ValidationCell& cell : validation_cells(out)) {
    trials.push_back({cell.train_on, cell.steps.value_or(0), cell.accuracy});
  }
  std::ranges::sort(trials, [](const Trial& a, const Trial& b) {
    return std::tuple(-a.accuracy.mean, a.steps, a.recipe) < std::tuple(-b.accuracy.mean, b.steps, b.recipe);
  });
  return trials;
}

std::vector<study::Recipe> best_recipes(const std::vector<Trial>& trials, const std::vector<study::Recipe>& among,
                                        std::size_t kept) {
  std::vector<study::Recipe> best;
  for (const Trial& trial : trials) {
    const auto found = std::ranges::find(among, trial.recipe, &study::Recipe::name);
    if (found == among.end() || best.size() == kept) continue;
    if (std::ranges::find(best, *found) == best.end()) best.push_back(*found);
  }
  return best;
}

Chosen best_of(const std::vector<Trial>& trials, const std::vector<study::Recipe>& among) {
  for (const Trial& trial : trials) {
    const auto found = std::ranges::find(among, trial.recipe, &study::Recipe::name);
    if (found != among.end()) return {*found, trial.steps, trial.accuracy};
  }
  throw Error("the search has no finished run to choose by", "the same command makes what is missing");
}

Advice::Verdict verdict(const PairedDifference& gain) {
  if (gain.interval.low > 0) return Advice::Verdict::use;
  if (gain.interval.high < 0) return Advice::Verdict::harm;
  if (gain.interval.high < kLeastGain) return Advice::Verdict::too_little;
  return Advice::Verdict::open;
}

std::string point_name(std::size_t photographs) { return fmt::format("without-{}-photographs", photographs); }

Advice make_advice(const study::SearchPlan& plan, const Chosen& with, const std::optional<Chosen>& without,
                   const ResultTable& of_with, const ResultTable& of_without) {
  Advice advice;
  advice.source = plan.space.real;
  advice.photographs = plan.space.photographs;
  advice.with = with;
  advice.without = without;
  const std::vector<std::int32_t>& truth = of_with.truth.at(advice.source);
  if (truth != of_without.truth.at(advice.source)) {
    throw Error("the recipes with and without generated images were tested on different images");
  }
  const std::vector<std::uint64_t> seeds = study::test_seeds(plan);
  const auto runs = [&](const ResultTable& table, const std::string& name) {
    const Cell& cell = cell_of(table, name, advice.source);
    for (const std::uint64_t seed : seeds) {
      const bool there =
          std::ranges::any_of(cell.results, [&](std::size_t i) { return table.results[i].seed == seed; });
      if (!there) {
        throw Error(fmt::format("the run of {} with seed {} is missing", name, seed),
                    "the same command makes what is missing");
      }
    }
    return runs_of(table, cell, seeds);
  };
  std::vector<std::vector<const TestResult*>> sets{runs(of_without, without ? without->recipe.name : kUsual),
                                                   runs(of_with, with.recipe.name)};
  advice.model = sets[1].front()->run_id;
  std::vector<std::pair<double, std::size_t>> points;  // images and cell
  if (without) points.emplace_back(static_cast<double>(advice.photographs), 0);
  for (const std::size_t images : plan.points) {
    points.emplace_back(static_cast<double>(images), sets.size());
    sets.push_back(runs(of_without, point_name(images)));
  }
  std::optional<std::size_t> control;
  const std::string control_name = study::random_control_name(with.recipe.name);
  if (std::ranges::any_of(of_with.cells, [&](const Cell& cell) { return cell.train_on == control_name; })) {
    control = sets.size();
    sets.push_back(runs(of_with, control_name));
  }
  const CommonRuns all(std::move(sets), truth);
  advice.test_images = truth.size();
  advice.seeds = seeds.size();
  advice.accuracy = all.accuracy(1);
  advice.accuracy_without = all.accuracy(0);
  advice.accuracy_interval = all.accuracy_interval(1);
  advice.without_interval = all.accuracy_interval(0);
  advice.gain = paired_difference(all, 0, 1);
  advice.verdict = verdict(advice.gain);
  if (control) advice.over_random = paired_difference(all, *control, 1);
  advice.classes = compare_classes(all, of_with.study.classes);
  if (points.size() > 1) {
    std::ranges::sort(points);
    std::vector<double> images;
    std::vector<std::size_t> curve;
    for (const auto& [count, cell] : points) {
      images.push_back(count);
      curve.push_back(cell);
    }
    advice.worth = worth_of(all, curve, images, 1);
  }
  return advice;
}

}  // namespace ersatz::analysis
