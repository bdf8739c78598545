#include "report/answer_json.hpp"

#include <cmath>

#include "analysis/answer_summary.hpp"
#include "base/json.hpp"
#include "report/answer_text.hpp"
#include "report/budget_text.hpp"
#include "report/mixture_text.hpp"
#include "report/settings_text.hpp"
#include "report/trade_text.hpp"
#include "report/use_text.hpp"

namespace ersatz::report {
namespace {

using analysis::Gain;
using analysis::Substitution;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json ends(const stats::Interval& interval) { return {number(interval.low), number(interval.high)}; }

Json summary(const stats::Summary& of) {
  Json json{{"mean", number(of.mean)}};
  if (of.n > 1) json["sd"] = number(of.sd);
  return json;
}

Json summary(const stats::Summary& of, const stats::Interval& interval) {
  Json json = summary(of);
  json["interval"] = ends(interval);
  return json;
}

// `simultaneous`: for all classes together.
Json of_rate(const stats::Summary& own, const stats::Summary& other, const analysis::ClassDifference& difference) {
  return {{"own", summary(own)},
          {"other", summary(other)},
          {"difference", number(difference.estimate.mean)},
          {"simultaneous", ends(difference.interval)}};
}

Json of_classes(const Substitution& substitution) {
  Json classes = Json::array();
  for (const auto& one : substitution.classes) {
    classes.push_back({{"class", one.name},
                       {"f1", of_rate(one.own.f1, one.other.f1, one.f1)},
                       {"recall", of_rate(one.own.recall, one.other.recall, one.recall)},
                       {"precision", {{"own", summary(one.own.precision)}, {"other", summary(one.other.precision)}}},
                       {"as_well", one.as_well}});
  }
  return classes;
}

Json of_substitution(const Substitution& s) {
  Json json{{"classifier", s.classifier},
            {"title", s.title},
            {"other_source", s.other_source},
            {"images", s.images},
            {"seeds", s.seeds},
            {"own", summary(s.own, s.own_interval)},
            {"other", summary(s.other, s.other_interval)},
            {"score", {{"value", number(s.score)}, {"interval", ends(s.score_interval)}}},
            {"classes", of_classes(s)}};
  if (s.reverse) {
    json["reverse"] = summary(s.reverse->accuracy, s.reverse->accuracy_interval);
    json["reverse"]["seeds"] = s.reverse->seeds();
  }
  return json;
}

Json of_change(const analysis::PairedDifference& change, double p_holm) {
  Json json = summary(change.difference, change.interval);
  json["p"] = number(change.p);
  json["p_holm"] = number(p_holm);
  json["family"] = change.family;
  json["simultaneous"] = ends(change.simultaneous);
  json["detectable"] = number(change.detectable);
  if (const auto found = analysis::outlook(change)) {
    json["seeds_to_find"] = found->seeds ? Json(*found->seeds) : Json();
  }
  return json;
}

Json of_worth(const analysis::Equivalent& worth) {
  Json json{{"images", number(worth.images)},
            {"interval", ends(worth.interval)},
            {"fewest", number(worth.fewest)},
            {"most", number(worth.most)}};
  if (worth.by_power_law) json["by_power_law"] = number(*worth.by_power_law);
  json["by_cubic"] = number(worth.by_cubic);
  const stats::Interval readings = worth.readings();
  if (analysis::disagree(readings)) json["readings"] = ends(readings);
  return json;
}

// null where the curve ends before: then the bound, under or over which it lies.
Json of_bounded(const analysis::Bounded& bounded) {
  using Side = analysis::Bounded::Side;
  if (bounded.side == Side::at) return {{"value", number(bounded.value)}};
  return {{"value", Json()}, {bounded.side == Side::under ? "under" : "over", number(bounded.value)}};
}

Json of_value(const analysis::AddedValue& value) {
  Json json = of_bounded(value.per_image);
  json["interval"] = {number(value.low.number()), number(value.high.number())};
  return json;
}

// The value has no interval.
Json of_step(const analysis::AddedStep& step) {
  Json json{{"from", step.from}, {"change", summary(step.change.difference, step.change.interval)}};
  if (step.per_image) json["images_per_added"] = of_bounded(*step.per_image);
  return json;
}

Json of_gain(const Gain& gain, const std::string& source) {
  Json json{{"classifier", gain.classifier},
            {"title", gain.title},
            {"own_images", gain.own},
            {"added", other_images_text(gain.mixture, source)},
            {"added_images", gain.added},
            {"seeds", gain.seeds},
            {"accuracy", summary(gain.accuracy, gain.accuracy_interval)}};
  if (gain.mixture.augmentation) json["augmentation"] = augmentation_text(*gain.mixture.augmentation);
  if (!gain.mixture.use.is_usual()) json["use"] = use_text(gain.mixture.use);
  if (gain.mixture.has_own_settings()) json["own_settings"] = settings_text(gain.mixture.own);
  if (gain.change) {
    json["alone"] = summary(gain.change->first);
    json["change"] = of_change(*gain.change, gain.p_holm);
  }
  if (gain.over_random) {
    json["at_random"] = summary(gain.over_random->first);
    json["over_random"] = of_change(*gain.over_random, gain.over_random_p_holm);
  }
  if (gain.equivalent) json["worth"] = of_worth(*gain.equivalent);
  if (gain.rate)
    json["k"] = {{"value", gain.rate->rate ? number(*gain.rate->rate) : Json()},
                 {"interval", ends(gain.rate->interval)}};
  if (gain.rate && analysis::disagree(gain.rate->readings)) json["k"]["readings"] = ends(gain.rate->readings);
  if (gain.value) json["images_per_added"] = of_value(*gain.value);
  if (gain.step) json["step"] = of_step(*gain.step);
  return json;
}

Json of_trade(const analysis::Trade& trade, const std::string& source) {
  Json scores = Json::array();
  for (const analysis::ScoreChange& change : trade.scores) {
    scores.push_back({{"score", score_name(change.score)},
                      {"before", number(change.before)},
                      {"after", number(change.after)},
                      {"simultaneous", ends(change.interval)}});
  }
  return {{"classifier", trade.classifier},
          {"title", trade.title},
          {"own_images", trade.own},
          {"added", other_images_text(trade.mixture, source)},
          {"seeds", trade.seeds},
          {"accuracy_change", number(trade.accuracy)},
          {"simultaneous", ends(trade.interval)},
          {"scores", std::move(scores)}};
}

Json summaries(const analysis::Answer& answer) {
  Json json = Json::object();
  Json differing = Json::array();
  for (const auto& one : analysis::differing_mixtures(answer)) {
    differing.push_back({{"title", one.title}, {"up", one.up}, {"down", one.down}, {"of", one.all}});
  }
  json["differing_mixtures"] = std::move(differing);
  if (const auto found = analysis::detectable(answer)) {
    json["detectable"] = {
        {"comparisons", found->comparisons}, {"least", found->least}, {"middle", found->middle}, {"most", found->most}};
  }
  return json;
}

}  // namespace

Json answer_json(const analysis::ResultTable& table, const analysis::Answer& answer) {
  const AnswerText text = answer_text(answer);
  Json json{{"format", 1},
            {"study", table.study.name},
            {"data_fingerprint", table.study.data_fingerprint},
            {"demo_data", table.study.demo_data},
            {"source", answer.source},
            {"real", answer.real},
            {"test_images", answer.test_images},
            {"runs", answer.planned_runs},
            {"missing_runs", answer.missing_runs},
            {"sentences", text.sentences}};
  if (const std::string budget = budget_text(answer.budget); !budget.empty()) {
    json["budget"] = budget;
    if (answer.budget.kind == analysis::BudgetView::Kind::equal) json["steps"] = answer.budget.steps;
  }
  for (const analysis::TunedArm& arm : answer.tuned) {
    json["tuned"].push_back({{"classifier", arm.classifier},
                             {"train_on", arm.train_on},
                             {"trials", arm.trials},
                             {"setting", to_json(arm.setting)}});
  }
  if (const auto& seeds = answer.seeds) {
    json["seeds"] = {
        {"half_width", seeds->rule.half_width}, {"asked", seeds->rule.asked}, {"most", seeds->rule.most},
        {"comparisons", seeds->contrasts},      {"wide", seeds->wide},        {"hopeless", seeds->hopeless},
        {"widest", number(seeds->widest)},      {"needed", seeds->needed}};
  }
  json["warnings"] = table.study.warnings;
  for (const auto& warning : text.warnings) json["warnings"].push_back(warning);
  json["substitutions"] = Json::array();
  for (const auto& one : answer.substitutions) json["substitutions"].push_back(of_substitution(one));
  json["gains"] = Json::array();
  for (const auto& one : answer.gains.gains) json["gains"].push_back(of_gain(one, answer.source));
  json["trades"] = Json::array();
  for (const auto& one : answer.trades) json["trades"].push_back(of_trade(one, answer.source));
  json["left_out"] = Json::array();
  for (const auto& [title, reason] : answer.gains.left_out) {
    json["left_out"].push_back({{"title", title}, {"reason", reason}});
  }
  json.update(summaries(answer));
  return json;
}

}  // namespace ersatz::report
