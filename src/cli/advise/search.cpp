#include "cli/advise/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/read_table.hpp"
#include "cli/terminal.hpp"
#include "report/wording.hpp"
#include "study/output_layout.hpp"

namespace ersatz::cli {
namespace {

using study::Recipe;
using study::Stage;

constexpr const char* kWith = "with";
constexpr const char* kWithout = "without";

std::string steps_text(const Stage& stage) {
  std::vector<std::string> words;
  for (const std::int64_t steps : stage.steps) words.push_back(format_count(static_cast<std::uint64_t>(steps)));
  return join_words(words, " or ") + " steps";
}

void print_best(const std::vector<analysis::Trial>& trials, const std::vector<Recipe>& among) {
  if (among.empty()) return;
  const analysis::Chosen best = analysis::best_of(trials, among);
  print_wrapped("  ",
                fmt::format("best so far: {} on validation, {} steps: {}", report::share(best.validation.mean),
                            format_count(static_cast<std::uint64_t>(best.steps)), study::recipe_words(best.recipe)));
}

// The recipes of a search without those whose runs failed, which a warning names.
void leave_out(std::vector<Recipe>& recipes, const std::vector<FailedRecipe>& failed) {
  std::set<std::string> named;
  for (const FailedRecipe& one : failed) {
    const auto at = std::ranges::find(recipes, one.name, &Recipe::name);
    if (at == recipes.end()) continue;
    if (named.insert(one.name).second) {
      warn({fmt::format("{} is left out, its training failed: {} ({})", one.name, one.message,
                        study::recipe_words(*at))});
    }
    recipes.erase(at);
  }
}

void make_or_exit(const StageFolder& folder, study::Session& session) {
  const std::vector<FailedRecipe> failed = make_runs(folder, session);
  if (failed.empty()) return;
  std::fflush(stdout);
  for (const FailedRecipe& one : failed) fmt::print(stderr, "ersatz: error: {}: {}\n", one.name, one.message);
  fmt::print(stderr, "hint: the same command tries these again\n");
  throw Exit{kRunFailed};
}

}  // namespace

SearchResult search(const StageFolder& folder, const study::SearchPlan& plan) {
  const study::Candidates drawn = study::draw_candidates(plan.space, plan.candidates, plan.seed);
  SearchResult result;
  std::vector<Recipe> without = drawn.without, with = drawn.with;
  for (const auto* list : {&without, &with}) {
    result.candidates.insert(result.candidates.end(), list->begin(), list->end());
  }
  for (std::size_t number = 1; number <= study::kSearches; ++number) {
    const Stage stage = study::search_stage(plan, number);
    std::vector<Recipe> recipes = without;
    recipes.insert(recipes.end(), with.begin(), with.end());
    study::Session session = open_stage(folder, plan, stage, recipes, false);
    fmt::print("\nsearch {} of {}: {} recipes, {}\n", number, study::kSearches, recipes.size(), steps_text(stage));
    std::fflush(stdout);
    const std::vector<FailedRecipe> failed = make_runs(folder, session);
    leave_out(without, failed);
    leave_out(with, failed);
    std::vector<analysis::Trial> trials = analysis::read_trials(session.out);
    std::erase_if(trials, [&](const analysis::Trial& trial) {  // of a recipe that failed with another seed or budget
      return std::ranges::find(failed, trial.recipe, &FailedRecipe::name) != failed.end();
    });
    print_best(trials, with);
    print_best(trials, without);
    std::fflush(stdout);
    if (number == study::kSearches) {
      result.with = analysis::best_of(trials, with);
      if (!drawn.without.empty()) result.without = analysis::best_of(trials, without);
    } else {
      const std::size_t kept = study::search_stage(plan, number + 1).kept;
      with = analysis::best_recipes(trials, with, kept);
      without = analysis::best_recipes(trials, without, kept);
    }
    result.searches.push_back(std::move(trials));
  }
  return result;
}

analysis::Advice test(const StageFolder& folder, const study::SearchPlan& plan, const SearchResult& found) {
  std::vector<Recipe> with{found.with.recipe};
  if (!found.without) {
    Recipe usual{analysis::kUsual, plan.space.real, 0, found.with.recipe.generated, {}, {}};
    with.push_back(std::move(usual));
  }
  fmt::print("\ntest, with seeds of its own\n");
  const Stage stage{kWith, {found.with.steps}, study::test_seeds(plan), 1};
  study::Session session = open_stage(folder, plan, stage, with, true);
  make_or_exit(folder, session);
  if (found.without) {
    std::vector<Recipe> recipes{found.without->recipe};
    for (const std::size_t photographs : plan.points) {
      Recipe point = found.without->recipe;
      point.name = analysis::point_name(photographs);
      point.photographs = photographs;
      recipes.push_back(std::move(point));
    }
    study::Session other =
        open_stage(folder, plan, {kWithout, {found.without->steps}, study::test_seeds(plan), 1}, recipes, true);
    make_or_exit(folder, other);
  }
  const auto read = [&](const char* name) {
    const std::filesystem::path out = study::stage_folder(folder.out, name);
    analysis::ResultTable table = read_table(out);
    note_look(out, table, "advise", plan.space.real);
    return table;
  };
  const analysis::ResultTable of_with = read(kWith);
  if (!found.without) return analysis::make_advice(plan, found.with, {}, of_with, of_with);
  return analysis::make_advice(plan, found.with, found.without, of_with, read(kWithout));
}

}  // namespace ersatz::cli
