#include "study/seed_rule.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>

namespace ersatz::study {
namespace {

constexpr std::string_view kUntil = "until ", kAtMost = ", at most ";
constexpr const char* kExample = "seeds = \"until .01, at most 20\", or a list like [1, 2, 3]";

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<SeedRule> read_seed_rule(const TomlSection& study) {
  if (!study.has("seeds") || !study.node("seeds").is_string()) return std::nullopt;
  const std::string text = *study.text("seeds");
  const auto refuse = [&](std::string_view problem) { study.fail("seeds", problem, kExample); };
  if (!text.starts_with(kUntil)) refuse(fmt::format("must be a list or \"until WIDTH\", but is \"{}\"", text));
  std::string_view rest = std::string_view(text).substr(kUntil.size());
  SeedRule rule;
  if (const std::size_t comma = rest.find(kAtMost); comma != std::string_view::npos) {
    const auto most = whole_number<std::size_t>(rest.substr(comma + kAtMost.size()));
    if (!most) refuse(fmt::format("must be a list or \"until WIDTH, at most N\", but is \"{}\"", text));
    if (*most <= kFirstSeeds || *most > kMostSeedsAsked) {
      refuse(fmt::format("begins with {} seeds and goes to more, {} at most, but not to {}", kFirstSeeds,
                         kMostSeedsAsked, *most));
    }
    rule.most = *most;
    rest = rest.substr(0, comma);
  }
  const auto width = whole_number<double>(rest);
  if (!width) refuse(fmt::format("must be a list or \"until WIDTH\", but is \"{}\"", text));
  if (!(*width > 0 && *width < 1)) {
    refuse(fmt::format("wants a half-width of more than 0 and less than 1, but not of {}", *width));
  }
  rule.half_width = *width;
  return rule;
}

std::vector<std::uint64_t> seeds_of(const SeedRule& rule) {
  std::vector<std::uint64_t> seeds(rule.most);
  std::iota(seeds.begin(), seeds.end(), std::uint64_t{1});
  return seeds;
}

std::string seed_rule_text(const SeedRule& rule) {
  const std::string width = fmt::format("{:.3g}", rule.half_width);
  return fmt::format("{}, at most {} seeds", width.starts_with("0.") ? width.substr(1) : width, rule.most);
}

}  // namespace ersatz::study
