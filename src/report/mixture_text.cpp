#include "report/mixture_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "report/settings_text.hpp"
#include "report/use_text.hpp"

namespace ersatz::report {
namespace {

// "crop", or "crop(padding 2)".
std::string one_text(const data::Augmentation& augmentation) {
  const Json value = data::to_json(augmentation);
  std::vector<std::string> parameters;
  if (value.is_object()) {
    for (const auto& [key, parameter] : value.items()) {
      if (key != "name") parameters.push_back(fmt::format("{} {}", key, parameter.dump()));
    }
  }
  const std::string name(data::augmentation_name(augmentation));
  return parameters.empty() ? name : fmt::format("{}({})", name, fmt::join(parameters, ", "));
}

// "flip+crop+5 more" of a long list: "more" stands for two or more.
std::string short_augmentation_text(const std::vector<data::Augmentation>& list) {
  constexpr std::size_t kShown = 2;
  if (list.size() < kShown + 2) return augmentation_text(list);
  const std::vector<data::Augmentation> shown(list.begin(), list.begin() + kShown);
  return fmt::format("{}+{} more", augmentation_text(shown), list.size() - kShown);
}

}  // namespace

std::string augmentation_text(const std::vector<data::Augmentation>& list) {
  if (list.empty()) return "none";
  std::vector<std::string> texts;
  for (const auto& augmentation : list) texts.push_back(one_text(augmentation));
  return fmt::format("{}", fmt::join(texts, "+"));
}

std::string other_images_text(const analysis::Mixture& mixture, const std::string& source) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : mixture.images) {
    if (name != source) parts.push_back(fmt::format("{} {}", format_count(count), name));
  }
  return join_words(parts, ", ");
}

std::string family_text(const analysis::GainTable& gains) {
  std::size_t comparisons = 0;
  std::vector<std::string> titles;
  for (const analysis::Gain& gain : gains.gains) {
    if (!gain.change) continue;
    ++comparisons;
    if (std::ranges::find(titles, gain.title) == titles.end()) titles.push_back(gain.title);
  }
  if (comparisons == 1) return "the one comparison of " + titles.front();
  return fmt::format("the {} comparisons of {}", comparisons, join_words(titles));
}

std::string additions_text(const analysis::Mixture& mixture, const std::string& source) {
  std::string text = other_images_text(mixture, source);
  const auto add = [&](const std::string& more) { text += (text.empty() || more.empty() ? "" : ", ") + more; };
  if (mixture.augmentation) add(short_augmentation_text(*mixture.augmentation));
  add(use_text(mixture.use));
  add(settings_text(mixture.own));
  return text;
}

}  // namespace ersatz::report
