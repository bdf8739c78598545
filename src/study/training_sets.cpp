#include "study/training_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "study/read_amounts.hpp"
#include "study/read_image_use.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

using Mixture = Amounts;

// The only source of a table like { REAL = 5000 }, with its amounts.
std::pair<std::string, std::vector<Amount>> read_single(const TomlSection& section, std::string_view key,
                                                        std::string_view example) {
  if (!section.has(key)) section.fail(key, "is missing", std::string(example));
  Choices choices = read_choices(*section.section(key));
  if (choices.size() != 1) section.fail(key, "must name one source", std::string(example));
  return std::move(choices.front());
}

// Every way to take one amount of each source, the last source varying fastest.
std::vector<Mixture> combine(const Choices& choices) {
  std::vector<Mixture> mixtures{{}};
  for (const auto& [source, amounts] : choices) {
    std::vector<Mixture> longer;
    for (const Mixture& mixture : mixtures) {
      for (const Amount& amount : amounts) {
        longer.push_back(mixture);
        longer.back().emplace_back(source, amount);
      }
    }
    mixtures = std::move(longer);
  }
  return mixtures;
}

// replace = { total = { REAL = 10000 }, by = "FAKE", shares = [0, 0.5, 1] }
std::vector<Mixture> read_replacement(const TomlSection& section) {
  constexpr std::string_view kExample = "replace = { total = { REAL = 10000 }, by = \"FAKE\" }";
  section.allow_only({"total", "by", "shares"});
  const auto [source, totals] = read_single(section, "total", kExample);
  if (!section.has("by")) section.fail("by", "is missing", std::string(kExample));
  const std::string other = *section.text("by");
  if (other == source) section.fail("by", fmt::format("is the source {} itself", source), std::string(kExample));
  const std::vector<double> shares = section.numbers("shares").value_or(std::vector<double>{0, 0.25, 0.5, 0.75, 1});
  std::vector<Mixture> mixtures;
  for (const Amount& total : totals) {
    if (total.kind != Amount::Kind::count || total.value < 1) {
      section.fail("total", "must be a number of images: it stays the same while one source replaces the other");
    }
    for (const double share : shares) {
      if (!(share >= 0 && share <= 1)) section.fail("shares", fmt::format("must lie in 0 .. 1, but one is {}", share));
      const double replaced = std::round(share * total.value);
      mixtures.push_back(
          {{source, {Amount::Kind::count, total.value - replaced}}, {other, {Amount::Kind::count, replaced}}});
    }
  }
  return mixtures;
}

// add = { FAKE = [0, 10000, "all"], to = { REAL = 2000 } }
std::vector<Mixture> read_addition(const TomlSection& section) {
  constexpr std::string_view kExample = "add = { FAKE = [0, 10000, \"all\"], to = { REAL = 2000 } }";
  Choices choices{read_single(section, "to", kExample)};
  for (const std::string& source : section.keys()) {
    if (source == "to") continue;
    if (source == choices.front().first) section.fail(source, "is added to itself", std::string(kExample));
    choices.emplace_back(source, read_amounts(section, source));
  }
  if (choices.size() == 1) section.fail("to", "has nothing that is added", std::string(kExample));
  return combine(choices);
}

std::vector<Mixture> read_mixtures(const TomlSection& section) {
  const std::vector<std::string> ways{"sources", "replace", "add", "phases"};
  std::vector<std::string> used;
  for (const std::string& way : ways) {
    if (section.has(way)) used.push_back(way);
  }
  if (used.empty()) section.fail("sources", "is missing", "sources = { REAL = \"all\" }");
  if (used.size() > 1) {
    section.fail(used[1], fmt::format("cannot stand beside {}", used[0]), "make a training set of its own of each");
  }
  if (used[0] == "phases") return {amounts_together(section, read_phases(section))};
  const TomlSection inner = *section.section(used[0]);
  if (used[0] == "replace") return read_replacement(inner);
  if (used[0] == "add") return read_addition(inner);
  const Choices choices = read_choices(inner);
  if (choices.empty()) section.fail("sources", "must name at least one source", "sources = { REAL = \"all\" }");
  return combine(choices);
}

std::string contents(const Mixture& mixture) {
  std::string text;
  for (const auto& [source, amount] : mixture) {
    text += fmt::format("{}{}{}", text.empty() ? "" : "+", source, amount_text(amount));
  }
  return text;
}

}  // namespace

std::vector<TrainingSet> read_training_sets(const TomlSection& section, const std::string& name) {
  section.allow_only(keys_of("train.NAME"));
  const auto augment = read_augmentations(section);
  TrainingSettings own;
  read_own_settings(section, own);
  std::vector<Mixture> mixtures = read_mixtures(section);
  const bool grid = mixtures.size() > 1;
  std::vector<TrainingSet> sets;
  std::vector<Amounts> amounts;
  for (Mixture& mixture : mixtures) {
    std::erase_if(mixture, [](const auto& part) { return is_nothing(part.second); });
    if (mixture.empty()) continue;  // a corner of a grid: nothing of everything
    TrainingSet set{grid ? fmt::format("{}-{}", name, contents(mixture)) : name, std::move(mixture), augment};
    // Two ways of writing the same mixture are the same training set.
    std::ranges::sort(set.sources, {}, [](const auto& part) { return part.first; });
    amounts.push_back(set.sources);
    sets.push_back(std::move(set));
  }
  if (sets.empty()) section.fail("sources", "the training set holds no images", "ask for more than 0 of a source");
  const std::vector<ImageUse> uses = read_uses(section, amounts);
  // What a plan may still complain of.
  std::size_t line = section.line();
  for (const char* key : {"labels", "keep", "match", "phases"}) {
    if (section.has(key)) line = section.node(key).source().begin.line;
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    sets[i].use = uses[i];
    sets[i].line = line;
    sets[i].own = own;
  }
  if (section.has("phases")) sets.front().use.phases = read_phases(section);
  return sets;
}

}  // namespace ersatz::study
