#include "report/advice_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Advice;
using analysis::ClassSubstitution;
using Verdict = Advice::Verdict;

std::string gain_text(const Advice& advice) {
  return fmt::format("{} ({}, {} {} test images)", difference_text(advice.gain.difference.mean, advice.gain.interval),
                     seeds_text(advice.seeds), format_count(advice.test_images), advice.source);
}

std::string verdict_text(const Advice& advice) {
  if (!advice.without) {
    return fmt::format(
        "Without a photograph in training, {} {} of the {} {} test images are classified correctly ({}).",
        share(advice.accuracy.mean), interval(advice.accuracy_interval), format_count(advice.test_images),
        advice.source, seeds_text(advice.seeds));
  }
  switch (advice.verdict) {
    case Verdict::use: return fmt::format("Use them: they gain {} of accuracy.", gain_text(advice));
    case Verdict::harm: return fmt::format("Do not use them: they cost accuracy, {}.", gain_text(advice));
    case Verdict::too_little:
      return fmt::format("Do not use them: what they gain is below {}, {}.", share(analysis::kLeastGain, 2),
                         gain_text(advice));
    case Verdict::open: break;
  }
  return fmt::format("It cannot be told whether they help: {}.", gain_text(advice));
}

std::string budget(const analysis::Chosen& chosen) {
  return fmt::format("{} steps", format_count(static_cast<std::uint64_t>(chosen.steps)));
}

std::string recipe_sentence(const char* what, const analysis::Chosen& chosen, const stats::Summary& accuracy,
                            const stats::Interval& range) {
  return fmt::format("{}: {}; {}. Accuracy {} {}.", what, study::recipe_words(chosen.recipe), budget(chosen),
                     share(accuracy.mean), interval(range));
}

void say_worth(const Advice& advice, std::vector<std::string>& sentences) {
  if (!advice.worth) return;
  const analysis::Equivalent& worth = *advice.worth;
  const auto own = static_cast<double>(advice.photographs);
  std::string further;
  if (std::isfinite(worth.images) && worth.images > own) {
    further = fmt::format(", {} more than yours: as much as they gain by {} generated images",
                          format_count(static_cast<std::uint64_t>(std::llround(worth.images - own))),
                          format_count(advice.with.recipe.added()));
  }
  sentences.push_back(fmt::format("As many photographs, without generated images, would do as well: {} {}{}.",
                                  images_text(worth.images, worth), images_interval(worth), further));
}

void say_classes(const Advice& advice, std::vector<std::string>& sentences) {
  std::vector<std::string> better, worse;
  for (const ClassSubstitution& one : advice.classes) {
    const std::string text = fmt::format("{} {}", one.name, difference_text(one.f1.estimate.mean, one.f1.interval));
    if (one.f1.interval.low > 0) better.push_back(text);
    if (one.f1.interval.high < 0) worse.push_back(text);
  }
  if (!better.empty()) sentences.push_back(fmt::format("Classes that gain F1: {}.", join_words(better)));
  if (!worse.empty()) {
    sentences.push_back(fmt::format(
        "Classes that lose F1: {}. Leave out their generated images, and see whether that mends it (not tried here).",
        join_words(worse)));
  } else if (advice.without && !advice.classes.empty()) {
    sentences.push_back("No class is shown to lose F1.");
  }
}

std::vector<std::string> limits(const study::SearchPlan& plan, const Advice& advice) {
  std::vector<std::string> texts;
  const double watched = advice.without ? static_cast<double>(plan.space.photographs) / 4 : 0;
  texts.push_back(fmt::format(
      "Chosen among {} recipes{} by {}. Another search may choose another recipe; the test, with seeds of its own, "
      "says what this one is worth.",
      plan.candidates, advice.without ? " with and as many without generated images" : "",
      advice.without ? fmt::format("{} photographs that were held back", format_count(std::llround(watched)))
                     : "generated images that were held back"));
  texts.push_back(
      fmt::format("It holds for {} and about {} photographs. Another classifier, or more photographs: ask again.",
                  plan.classifier, format_count(plan.space.photographs)));
  const std::int64_t most = study::search_stage(plan, study::kSearches).steps.back();
  const auto at_most = [&](const analysis::Chosen& chosen) { return chosen.steps == most; };
  if (at_most(advice.with) || (advice.without && at_most(*advice.without))) {
    texts.push_back(
        fmt::format("The longest budget, {} steps, was the best one that was tried: a longer one may be "
                    "better still (--time).",
                    format_count(static_cast<std::uint64_t>(most))));
  }
  if (advice.worth && advice.worth->most > static_cast<double>(advice.photographs)) {
    texts.push_back(
        fmt::format("More photographs than yours were trained for {} as well, the best budget for yours: with a longer "
                    "one they may "
                    "do better, and yours be worth fewer.",
                    budget(*advice.without)));
  }
  if (advice.worth && !std::isfinite(advice.worth->images)) {
    texts.push_back(fmt::format("There are no more than {} photographs to compare with.",
                                format_count(static_cast<std::uint64_t>(advice.worth->most))));
  }
  return texts;
}

Json to_json(const analysis::Chosen& chosen) {
  return {{"recipe", study::recipe_words(chosen.recipe)},
          {"name", chosen.recipe.name},
          {"steps", chosen.steps},
          {"validation_accuracy", chosen.validation.mean}};
}

// JSON has no infinity.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json to_json(const stats::Interval& interval) { return Json::array({number(interval.low), number(interval.high)}); }

std::string_view verdict_name(const Advice& advice) {
  if (!advice.without) return "no photographs";
  switch (advice.verdict) {
    case Verdict::use: return "use";
    case Verdict::harm: return "harm";
    case Verdict::too_little: return "too little";
    case Verdict::open: break;
  }
  return "open";
}

}  // namespace

AdviceText advice_text(const study::SearchPlan& plan, const Advice& advice) {
  AdviceText text{verdict_text(advice), {}, limits(plan, advice)};
  text.sentences.push_back(recipe_sentence(advice.without ? "Best with generated images" : "Best recipe", advice.with,
                                           advice.accuracy, advice.accuracy_interval));
  if (advice.without) {
    text.sentences.push_back(
        recipe_sentence("Best without", *advice.without, advice.accuracy_without, advice.without_interval));
  } else {
    text.sentences.push_back(fmt::format("Trained as usual on the same images: {} {}, so the recipe gains {}.",
                                         share(advice.accuracy_without.mean), interval(advice.without_interval),
                                         gain_text(advice)));
  }
  if (advice.over_random) {
    const analysis::PairedDifference& chosen = *advice.over_random;
    text.sentences.push_back(
        fmt::format("As many generated images at random instead of the chosen ones: {}; choosing gains {}.",
                    share(chosen.first.mean), difference_text(chosen.difference.mean, chosen.interval)));
  }
  say_worth(advice, text.sentences);
  say_classes(advice, text.sentences);
  return text;
}

Json advice_json(const study::SearchPlan& plan, const Advice& advice) {
  const AdviceText text = advice_text(plan, advice);
  Json value{{"verdict", verdict_name(advice)},
             {"source", advice.source},
             {"photographs", advice.photographs},
             {"test_images", advice.test_images},
             {"seeds", advice.seeds},
             {"with", to_json(advice.with)},
             {"accuracy", advice.accuracy.mean},
             {"accuracy_interval", to_json(advice.accuracy_interval)},
             {"without", advice.without ? to_json(*advice.without) : Json()},
             {"accuracy_without", advice.accuracy_without.mean},
             {"accuracy_without_interval", to_json(advice.without_interval)},
             {"gain", advice.gain.difference.mean},
             {"gain_interval", to_json(advice.gain.interval)},
             {"over_random", nullptr},
             {"worth", nullptr},
             {"classes", Json::array()},
             {"model", advice.model},
             {"text", Json::array({text.verdict})},
             {"limits", text.limits}};
  if (advice.over_random) {
    value["over_random"] = {{"gain", advice.over_random->difference.mean},
                            {"interval", to_json(advice.over_random->interval)}};
  }
  if (advice.worth) {
    value["worth"] = {{"photographs", number(advice.worth->images)},
                      {"interval", to_json(advice.worth->interval)},
                      {"fewest", advice.worth->fewest},
                      {"most", advice.worth->most}};
  }
  for (const ClassSubstitution& one : advice.classes) {
    value["classes"].push_back({{"class", one.name},
                                {"f1_without", one.own.f1.mean},
                                {"f1_with", one.other.f1.mean},
                                {"difference", one.f1.estimate.mean},
                                {"interval", to_json(one.f1.interval)}});
  }
  for (const std::string& sentence : text.sentences) value["text"].push_back(sentence);
  return value;
}

std::string trials_csv(const std::vector<std::vector<analysis::Trial>>& searches,
                       const std::vector<study::Recipe>& recipes) {
  std::string csv = "search,recipe,steps,seeds,validation_accuracy,what\n";
  for (std::size_t search = 0; search < searches.size(); ++search) {
    for (const analysis::Trial& trial : searches[search]) {
      const auto found = std::ranges::find(recipes, trial.recipe, &study::Recipe::name);
      csv += csv_line({fmt::format("{}", search + 1), trial.recipe, fmt::format("{}", trial.steps),
                       fmt::format("{}", trial.accuracy.n), fmt::format("{:.4f}", trial.accuracy.mean),
                       found == recipes.end() ? "" : study::recipe_words(*found)});
    }
  }
  return csv;
}

}  // namespace ersatz::report
