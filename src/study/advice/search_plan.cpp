#include "study/advice/search_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "base/json.hpp"
#include "study/toml_text.hpp"

namespace ersatz::study {
namespace {

constexpr std::int64_t kFactor = 4;
constexpr std::size_t kFinalists = 2;
constexpr std::uint64_t kFirstTestSeed = 101;
constexpr double kOwnValidation = 0.25;

}  // namespace

Stage search_stage(const SearchPlan& plan, std::size_t number) {
  const std::size_t quarter = std::max(kFinalists, (plan.candidates + kFactor - 1) / kFactor);
  const std::string name = fmt::format("search-{}", number);
  if (number == 1) return {name, {plan.steps}, {1}, plan.candidates};
  if (number == 2) return {name, {kFactor * plan.steps}, {1}, std::min(quarter, plan.candidates)};
  return {name, {kFactor * plan.steps, kFactor * kFactor * plan.steps}, {1, 2}, std::min(kFinalists, plan.candidates)};
}

std::vector<std::uint64_t> test_seeds(const SearchPlan& plan) {
  std::vector<std::uint64_t> seeds(plan.test_seeds);
  std::iota(seeds.begin(), seeds.end(), kFirstTestSeed);
  return seeds;
}

SearchCost search_cost(const SearchPlan& plan) {
  SearchPlan unit = plan;
  unit.steps = 1;
  const std::size_t lists = plan.space.photographs > 0 ? 2 : 1;
  SearchCost cost;
  for (std::size_t number = 1; number <= kSearches; ++number) {
    const Stage stage = search_stage(unit, number);
    const std::size_t runs = lists * stage.kept * stage.seeds.size();
    cost.runs += runs * stage.steps.size();
    for (const std::int64_t steps : stage.steps) cost.steps += static_cast<double>(runs) * static_cast<double>(steps);
  }
  const std::size_t tested = plan.test_seeds * (2 + plan.points.size());
  cost.runs += tested;
  cost.steps += static_cast<double>(tested) * kFactor * kFactor;
  return cost;
}

std::int64_t least_steps(std::int64_t batch) {
  constexpr std::int64_t kLeastImages = 1000;
  return std::max<std::int64_t>(1, (kLeastImages + batch - 1) / batch);
}

std::int64_t steps_for(const SearchPlan& plan, double seconds, double per_step, double per_run, unsigned workers,
                       std::int64_t batch) {
  constexpr double kMostImages = 100'000;
  const SearchCost cost = search_cost(plan);
  const double left = seconds * workers - static_cast<double>(cost.runs) * per_run;
  const double most = std::max(kMostImages / static_cast<double>(batch), static_cast<double>(least_steps(batch)));
  return left <= 0 ? 0 : static_cast<std::int64_t>(std::min(left / (cost.steps * per_step), most));
}

std::vector<std::size_t> curve_points(std::size_t photographs, std::size_t available) {
  std::vector<std::size_t> points;
  if (photographs < 2) return points;
  points.push_back(photographs / 2);
  for (const std::size_t times : {2, 4}) {
    const std::size_t images = std::min(photographs * times, available);
    if (images > points.back() && images > photographs + photographs / 10) points.push_back(images);
  }
  return points;
}

std::string stage_study(const SearchPlan& plan, const Stage& stage, const std::vector<Recipe>& recipes,
                        const std::string& data) {
  const SearchSpace& space = plan.space;
  const std::string steps = stage.steps.size() == 1 ? fmt::format("{}", stage.steps.front())
                                                    : fmt::format("[{}]", fmt::join(stage.steps, ", "));
  std::string text = fmt::format(
      "# Written by ersatz advise.\n\n[study]\nname = {}\nclassifiers = [{}]\nreal = {}\ntest_on = [{}]\nseeds = "
      "[{}]\n\n{}[training]\nsteps = {}\n",
      toml_text(stage.name), toml_text(plan.classifier), toml_text(space.real), toml_text(space.real),
      fmt::join(stage.seeds, ", "), data, steps);
  if (!space.own_method) {
    text += fmt::format("learning_rate = {}\nmomentum = 0.9\ncooldown = 0.2\n", space.learning_rate);
  }
  text += fmt::format("own_validation = {}\n", kOwnValidation);
  for (const Recipe& recipe : recipes) text += "\n# " + recipe_words(recipe) + "\n" + train_section(recipe);
  return text;
}

Json to_json(const SearchPlan& plan) {
  Json generated = Json::object();
  for (const auto& [source, images] : plan.space.generated) generated[source] = images;
  return {{"classifier", plan.classifier},
          {"real", plan.space.real},
          {"photographs", plan.space.photographs},
          {"generated", generated},
          {"learning_rate", plan.space.learning_rate},
          {"own_method", plan.space.own_method},
          {"frozen", plan.space.frozen},
          {"verified", plan.space.verified},
          {"candidates", plan.candidates},
          {"steps", plan.steps},
          {"test_seeds", plan.test_seeds},
          {"seed", plan.seed},
          {"points", plan.points}};
}

SearchPlan search_plan_from_json(const Json& value) {
  SearchPlan plan;
  plan.classifier = value.at("classifier");
  plan.space.real = value.at("real");
  plan.space.photographs = value.at("photographs");
  for (const auto& [source, images] : value.at("generated").items()) plan.space.generated.emplace_back(source, images);
  plan.space.learning_rate = value.at("learning_rate");
  plan.space.own_method = value.at("own_method");
  plan.space.frozen = value.at("frozen");
  plan.space.verified = value.at("verified");
  plan.candidates = value.at("candidates");
  plan.steps = value.at("steps");
  plan.test_seeds = value.at("test_seeds");
  plan.seed = value.at("seed");
  plan.points = value.at("points").get<std::vector<std::size_t>>();
  return plan;
}

}  // namespace ersatz::study
