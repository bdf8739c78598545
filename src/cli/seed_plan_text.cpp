#include "cli/seed_plan_text.hpp"

#include <fmt/format.h>

#include "analysis/main_contrasts.hpp"
#include "analysis/real_source.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "report/wording.hpp"
#include "study/output_layout.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {
namespace {

constexpr std::size_t kMostToPlan = 1000;  // what a few seeds tell is too rough for more

std::string seeds_text(const std::optional<std::size_t>& seeds) {
  if (!seeds) return "no number of seeds is enough";
  return *seeds > kMostToPlan ? "over " + format_count(kMostToPlan) + " seeds" : plural(*seeds, "seed");
}

}  // namespace

std::optional<analysis::SeedPlan> seed_plan_of(const std::filesystem::path& folder, double wanted) {
  if (std::filesystem::is_directory(folder) && !std::filesystem::exists(study::study_file(folder))) return std::nullopt;
  if (!std::filesystem::exists(folder)) return std::nullopt;
  const study::FolderOrPack opened(folder);
  const analysis::ResultTable table = analysis::read_results(opened.path());
  const std::vector<std::string> sources = analysis::tested_sources(table);
  if (sources.empty()) return std::nullopt;
  return analysis::seed_plan(analysis::main_contrasts(table, sources.front()), wanted);
}

std::string seed_plan_text(double wanted, const std::optional<analysis::SeedPlan>& plan) {
  const std::string half = "±" + report::share(wanted);
  if (!plan) {
    return fmt::format("how many seeds {} takes is not known yet: no comparison has several seeds; 3 seeds tell", half);
  }
  std::string text = fmt::format("for {}, {}", half, seeds_text(plan->middle));
  if (plan->comparisons > 1) {
    text += fmt::format(" for the middle one of {} comparisons, for the one that takes most {}", plan->comparisons,
                        seeds_text(plan->most));
  }
  text += fmt::format(" (95 % intervals of differences of accuracy, each by itself; by what {} tell)",
                      plural(plan->seeds, "seed"));
  if (plan->never > 0) {
    text += fmt::format(
        "; of {} the choice of the {} test images alone leaves up to ±{} open, whatever the number of seeds: about {} "
        "test images would do",
        plan->never == plan->comparisons ? "all" : format_count(plan->never), format_count(plan->test_images),
        report::share(plan->least), format_count(plan->test_images_needed));
  }
  return text;
}

Json seed_plan_json(double wanted, const std::optional<analysis::SeedPlan>& plan) {
  Json json{{"wanted", wanted}, {"comparisons", plan ? plan->comparisons : 0}};
  const auto number = [](const std::optional<std::size_t>& seeds) { return seeds ? Json(*seeds) : Json(); };
  json["middle_seeds"] = plan ? number(plan->middle) : Json();
  json["most_seeds"] = plan ? number(plan->most) : Json();
  if (!plan) return json;
  json["measured_seeds"] = plan->seeds;
  json["never"] = plan->never;
  json["test_images"] = plan->test_images;
  json["test_images_needed"] = plan->test_images_needed;
  return json;
}

}  // namespace ersatz::cli
