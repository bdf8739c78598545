#include "study/read_image_use.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "study/read_amounts.hpp"
#include "study/read_keep.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

constexpr double kSlack = 1e-9;  // decimal fractions rarely add up to 1 in binary
constexpr std::string_view kDrawExample = "draw = { REAL = 0.5, FAKE = 0.5 }";

using Names = std::set<std::string>;

std::vector<std::string> words(const Names& names) { return {names.begin(), names.end()}; }

// TOML and JSON say the same here, so that there is one reader of augmentations.
Json to_json_value(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << toml::json_formatter{value}; });
  return parse_json(text.str());
}

// 0.3, or [1.0, 0.0] from the first step to the last.
data::Ramp read_ramp(const TomlSection& section, const std::string& source, double most) {
  constexpr std::string_view kRule = "must be a number, or two: at the first and at the last step";
  data::Ramp ramp;
  const toml::node& node = section.node(source);
  if (const auto* ends = node.as_array()) {
    if (ends->size() != 2 || !(*ends)[0].is_number() || !(*ends)[1].is_number()) section.fail(source, kRule);
    ramp = {*(*ends)[0].value<double>(), *(*ends)[1].value<double>()};
  } else {
    if (!node.is_number()) section.fail(source, kRule);
    ramp.first = ramp.last = *node.value<double>();
  }
  for (const double end : {ramp.first, ramp.last}) {
    if (std::isfinite(end) && end >= 0 && end <= most) continue;
    const bool bounded = most < std::numeric_limits<double>::infinity();
    section.fail(source, fmt::format("must be at least 0{}, but is {}",
                                     bounded ? fmt::format(" and at most {}", most) : "", end));
  }
  return ramp;
}

// A table of them, whose keys are sources that some training set holds.
SourceRamps read_ramps(const TomlSection& section, std::string_view key, const Names& held, double most) {
  SourceRamps ramps;
  const auto table = section.section(key);
  if (!table) return ramps;
  for (const std::string& source : table->keys()) {
    if (!held.contains(source)) {
      table->fail(source, "is no source that the training set holds images of",
                  suggest(source, words(held), "it holds"));
    }
    ramps.emplace_back(source, read_ramp(*table, source, most));
  }
  if (ramps.empty()) section.fail(key, "must name at least one source");
  std::ranges::sort(ramps, {}, [](const auto& one) { return one.first; });
  return ramps;
}

SourceRamps read_draw(const TomlSection& section, const Names& held) {
  const SourceRamps draw = read_ramps(section, "draw", held, 1);
  if (draw.empty()) return draw;
  double first = 0, last = 0;
  for (const auto& [source, ramp] : draw) first += ramp.first, last += ramp.last;
  for (const std::string& source : held) {
    const bool named = std::ranges::count(draw, source, [](const auto& one) { return one.first; }) > 0;
    if (!named) section.fail("draw", fmt::format("names no share of {}", source), std::string(kDrawExample));
  }
  if (std::abs(first - 1) > kSlack || std::abs(last - 1) > kSlack) {
    section.fail("draw",
                 fmt::format("the shares must add up to 1, but {} to {}",
                             first == last ? "add up" : "add up at the first and the last step",
                             first == last ? fmt::format("{}", first) : fmt::format("{} and {}", first, last)),
                 std::string(kDrawExample));
  }
  return draw;
}

Names names_of(const Amounts& set) {
  Names names;
  for (const auto& [source, amount] : set) names.insert(source);
  return names;
}

// What of it counts in this set: nothing where there is one source, whose weights cancel out.
SourceRamps weights_in(const TomlSection& section, const SourceRamps& weight, const Names& held) {
  SourceRamps own;
  if (held.size() < 2) return own;
  for (const auto& [source, ramp] : weight) {
    if (held.contains(source) && ramp != data::Ramp{1, 1}) own.emplace_back(source, ramp);
  }
  const bool nothing = own.size() == held.size() && std::ranges::all_of(own, [](const auto& one) {
                         return one.second == data::Ramp{0, 0};
                       });
  if (nothing) section.fail("weight", "is 0 for all sources: there is nothing to learn");
  return own;
}

Match read_match(const TomlSection& section) {
  const auto name = section.text("match");
  if (!name) return Match::nothing;
  const auto match = match_from_name(*name);
  if (!match) {
    section.fail("match", fmt::format("must be \"color\" or \"spectrum\", but is \"{}\"", *name),
                 suggest(*name, {"color", "spectrum"}, "there are"));
  }
  return *match;
}

Phase read_phase(const TomlSection& section) {
  section.allow_only(keys_of("train.NAME.phases"));
  Phase phase;
  constexpr std::string_view kExample = "sources = { REAL = 2000 }";
  if (!section.has("sources")) section.fail("sources", "is missing", std::string(kExample));
  for (const auto& [source, amounts] : read_choices(*section.section("sources"))) {
    if (amounts.size() > 1) {
      section.fail("sources", fmt::format("{} must be one amount: phases make no grid", source),
                   "make a training set of its own of each amount");
    }
    if (!is_nothing(amounts.front())) phase.sources.emplace_back(source, amounts.front());
  }
  if (phase.sources.empty()) section.fail("sources", "the phase holds no images", std::string(kExample));
  std::ranges::sort(phase.sources, {}, [](const auto& part) { return part.first; });
  phase.share = section.number("share");
  if (phase.share && !(*phase.share > 0 && *phase.share < 1)) {
    section.fail("share", fmt::format("must be more than 0 and less than 1, but is {}", *phase.share));
  }
  constexpr std::int64_t kMost = 1'000'000'000'000;
  phase.steps = section.integer("steps", 1, kMost).value_or(0);
  if (phase.share.has_value() == (phase.steps > 0)) {
    section.fail("share", "a phase has either a share of the steps or steps", "share = 0.5");
  }
  const ImageUse use = read_uses(section, {phase.sources}).front();
  phase.draw = use.draw;
  phase.weight = use.weight;
  phase.augment = read_augmentations(section);
  return phase;
}

std::vector<data::Augmentation> read_changes(const TomlSection& section, std::string_view key, std::string_view example,
                                             data::Augmentation (*from_json)(const Json&)) {
  const auto* list = section.node(key).as_array();
  if (list == nullptr) section.fail(key, fmt::format("must be a list, like {}", example));
  std::vector<data::Augmentation> changes;
  for (const toml::node& entry : *list) {
    try {
      changes.push_back(from_json(to_json_value(entry)));
    } catch (const Error& problem) {
      section.fail(key, problem.what(), problem.hint());
    }
  }
  return changes;
}

}  // namespace

std::optional<std::vector<data::Augmentation>> read_augmentations(const TomlSection& section) {
  if (!section.has("augment")) return std::nullopt;
  return read_changes(section, "augment", "[\"flip\", \"crop\"]", data::augmentation_from_json);
}

std::vector<data::Augmentation> read_transform(const TomlSection& section) {
  if (!section.has("transform")) return {};
  return read_changes(section, "transform", "[{ name = \"jpeg\", quality = 40 }]", data::transform_from_json);
}

std::vector<ImageUse> read_uses(const TomlSection& section, const std::vector<Amounts>& sets) {
  Names held;  // by any of them
  for (const Amounts& set : sets) held.merge(names_of(set));
  const SourceRamps draw = read_draw(section, held);
  const SourceRamps weight = read_ramps(section, "weight", held, std::numeric_limits<double>::infinity());
  const Match match = read_match(section);
  const SourceKeeps keep = read_keep(section, words(held));
  const auto labels = read_labels(section);
  std::vector<ImageUse> uses;
  bool drawn = false;
  for (const Amounts& set : sets) {
    ImageUse use;
    const Names own = names_of(set);
    if (own.size() == draw.size() && own.size() > 1) use.draw = draw;
    drawn = drawn || own.size() == draw.size();
    use.weight = weights_in(section, weight, own);
    use.match = match;
    std::ranges::copy_if(keep, std::back_inserter(use.keep), [&](const auto& one) { return own.contains(one.first); });
    use.labels = labels;
    uses.push_back(std::move(use));
  }
  if (!draw.empty() && !drawn) section.fail("draw", "no training set of the grid holds images of all its sources");
  return uses;
}

std::vector<Phase> read_phases(const TomlSection& section) {
  constexpr std::string_view kExample =
      "phases = [{ sources = { FAKE = \"all\" }, share = 0.5 }, { sources = { REAL = 2000 }, share = 0.5 }]";
  for (const char* key : {"draw", "weight"}) {
    if (section.has(key)) section.fail(key, "cannot stand beside phases", "each phase may have its own");
  }
  if (section.has("keep")) {
    section.fail("keep", "cannot stand beside phases, which choose images of their own",
                 "write sources in their place");
  }
  std::vector<Phase> phases;
  const std::vector<TomlSection> tables = *section.sections("phases");
  double shares = 0;
  for (const TomlSection& table : tables) {
    phases.push_back(read_phase(table));
    if (phases.back().share.has_value() != phases.front().share.has_value()) {
      table.fail(phases.back().share ? "share" : "steps", "all phases have a share of the steps, or all have steps",
                 std::string(kExample));
    }
    shares += phases.back().share.value_or(0);
  }
  if (phases.size() < 2) section.fail("phases", "must be at least two", std::string(kExample));
  if (phases.front().share && std::abs(shares - 1) > kSlack) {
    section.fail("phases", fmt::format("their shares must add up to 1, but add up to {}", shares));
  }
  return phases;
}

Amounts amounts_together(const TomlSection& section, const std::vector<Phase>& phases) {
  Amounts together;
  for (const Phase& phase : phases) {
    for (const auto& [source, amount] : phase.sources) {
      const auto known = std::ranges::find(together, source, [](const auto& part) { return part.first; });
      if (known == together.end()) {
        together.emplace_back(source, amount);
        continue;
      }
      Amount& largest = known->second;
      if (largest.kind == Amount::Kind::all) continue;
      if (amount.kind != Amount::Kind::all && amount.kind != largest.kind) {
        section.fail("phases", fmt::format("take a number of images and a fraction of {}", source),
                     "write both as numbers, or both as fractions");
      }
      if (amount.kind == Amount::Kind::all || amount.value > largest.value) largest = amount;
    }
  }
  std::ranges::sort(together, {}, [](const auto& part) { return part.first; });
  return together;
}

}  // namespace ersatz::study
