#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/advice/candidates.hpp"

namespace ersatz::study {

// Successive halving (K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
// optimization", AISTATS 2016), here by quarters: all recipes are trained for s steps, the better quarter of each list
// for 4 s, and the best two of each with two seeds for 4 s and 16 s. By validation images alone. The best of each list
// is then trained with seeds of its own and tested.

/// How much is tried, and for how long.
struct SearchPlan {
  SearchSpace space;
  std::string classifier;
  std::size_t candidates = 16;  ///< in each list
  std::int64_t steps = 0;       ///< s
  std::size_t test_seeds = 5;
  std::uint64_t seed = 1;           ///< that candidates are drawn with
  std::vector<std::size_t> points;  ///< further numbers of photographs that the best recipe without is trained with

  bool operator==(const SearchPlan&) const = default;
};

/// One of the searches, or the test at the end.
struct Stage {
  std::string name;                 ///< "search-1", "with"
  std::vector<std::int64_t> steps;  ///< budgets, increasing
  std::vector<std::uint64_t> seeds;
  std::size_t kept = 0;  ///< recipes of each list
};

inline constexpr std::size_t kSearches = 3;
/// Search `number` from 1 to kSearches.
Stage search_stage(const SearchPlan& plan, std::size_t number);
/// Seeds of the test, none of which a search has.
std::vector<std::uint64_t> test_seeds(const SearchPlan& plan);

/// What the searches and the test cost together.
struct SearchCost {
  std::size_t runs = 0;
  double steps = 0;  ///< of all runs, in units of s
};
SearchCost search_cost(const SearchPlan& plan);

/// s for `seconds` of wall time, where a step takes `per_step` and a run besides `per_run`, with so many runs at a
/// time; 0 where that is too short. `batch`: images of a step. At most as many steps as 100,000 images make: the
/// longest budget is sixteen times that.
std::int64_t steps_for(const SearchPlan& plan, double seconds, double per_step, double per_run, unsigned workers,
                       std::int64_t batch);
/// The least s that tells anything: 1,000 images.
std::int64_t least_steps(std::int64_t batch);

/// Further points of the photographs' learning curve: half as many, twice and four times as many, as far as there are
/// so many, or else all.
std::vector<std::size_t> curve_points(std::size_t photographs, std::size_t available);

/// The text of a stage's study file, beside `data` (the sections that say where the images are).
std::string stage_study(const SearchPlan& plan, const Stage& stage, const std::vector<Recipe>& recipes,
                        const std::string& data);

/// The key plan of advice.json, and back. search_plan_from_json() throws Json::exception on what to_json() cannot have
/// written.
Json to_json(const SearchPlan& plan);
SearchPlan search_plan_from_json(const Json& value);

}  // namespace ersatz::study
