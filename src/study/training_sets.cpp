#include "study/training_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

using Choices = std::vector<std::pair<std::string, std::vector<Amount>>>;  ///< source, its amounts; in the file's order
using Mixture = std::vector<std::pair<std::string, Amount>>;

constexpr std::string_view kAmountRule = "must be \"all\", a number of images (5000) or a fraction (0.5)";

// Nothing is written as the count 0.
bool is_nothing(const Amount& amount) { return amount.kind == Amount::Kind::count && amount.value == 0; }

Amount to_amount(const TomlSection& section, const std::string& key, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    if (text->get() != "all") section.fail(key, fmt::format("{}, but is \"{}\"", kAmountRule, text->get()));
    return {};
  }
  if (const auto* count = node.as_integer()) {
    if (count->get() < 0) section.fail(key, fmt::format("must be at least 0 images, but is {}", count->get()));
    return {Amount::Kind::count, static_cast<double>(count->get())};
  }
  if (const auto* fraction = node.as_floating_point()) {
    const double value = fraction->get();
    if (!(value >= 0 && value <= 1)) {
      section.fail(key, fmt::format("a fraction must be at least 0 and at most 1, but is {}", value),
                   "a number of images is written without a decimal point");
    }
    if (value == 0) return {Amount::Kind::count, 0};
    if (value == 1) return {};
    return {Amount::Kind::fraction, value};
  }
  section.fail(key, std::string(kAmountRule));
}

std::string amount_text(const Amount& amount) {
  const Json value = to_json(amount);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// One amount, or the several of a list.
std::vector<Amount> read_amounts(const TomlSection& section, const std::string& source) {
  const auto* list = section.node(source).as_array();
  if (list == nullptr) return {to_amount(section, source, section.node(source))};
  if (list->empty()) section.fail(source, "must not be empty");
  std::vector<Amount> amounts;
  for (const toml::node& entry : *list) {
    amounts.push_back(to_amount(section, source, entry));
    if (std::ranges::count(amounts, amounts.back()) > 1) {
      section.fail(source, fmt::format("holds {} twice", amount_text(amounts.back())));
    }
  }
  return amounts;
}

Choices read_choices(const TomlSection& sources) {
  Choices choices;
  for (const std::string& source : sources.keys()) choices.emplace_back(source, read_amounts(sources, source));
  return choices;
}

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
  const std::vector<std::string> ways{"sources", "replace", "add"};
  std::vector<std::string> used;
  for (const std::string& way : ways) {
    if (section.has(way)) used.push_back(way);
  }
  if (used.empty()) section.fail("sources", "is missing", "sources = { REAL = \"all\" }");
  if (used.size() > 1) {
    section.fail(used[1], fmt::format("cannot stand beside {}", used[0]), "make a training set of its own of each");
  }
  const TomlSection inner = *section.section(used[0]);
  if (used[0] == "replace") return read_replacement(inner);
  if (used[0] == "add") return read_addition(inner);
  const Choices choices = read_choices(inner);
  if (choices.empty()) section.fail("sources", "must name at least one source", "sources = { REAL = \"all\" }");
  return combine(choices);
}

// TOML and JSON say the same here, so that there is one reader of augmentations.
Json to_json_value(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << toml::json_formatter{value}; });
  return parse_json(text.str());
}

std::optional<std::vector<data::Augmentation>> read_augmentations(const TomlSection& section) {
  if (!section.has("augment")) return std::nullopt;
  const auto* list = section.node("augment").as_array();
  if (list == nullptr) section.fail("augment", "must be a list, like [\"flip\", \"crop\"]");
  std::vector<data::Augmentation> augmentations;
  for (const toml::node& entry : *list) {
    try {
      augmentations.push_back(data::augmentation_from_json(to_json_value(entry)));
    } catch (const Error& problem) {
      section.fail("augment", problem.what(), problem.hint());
    }
  }
  return augmentations;
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
  std::vector<Mixture> mixtures = read_mixtures(section);
  const bool grid = mixtures.size() > 1;
  std::vector<TrainingSet> sets;
  for (Mixture& mixture : mixtures) {
    std::erase_if(mixture, [](const auto& part) { return is_nothing(part.second); });
    if (mixture.empty()) continue;  // a corner of a grid: nothing of everything
    TrainingSet set{grid ? fmt::format("{}-{}", name, contents(mixture)) : name, std::move(mixture), augment};
    // Two ways of writing the same mixture are the same training set.
    std::ranges::sort(set.sources, {}, [](const auto& part) { return part.first; });
    sets.push_back(std::move(set));
  }
  if (sets.empty()) section.fail("sources", "the training set holds no images", "ask for more than 0 of a source");
  return sets;
}

}  // namespace ersatz::study
