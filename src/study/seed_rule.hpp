#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/toml_section.hpp"

namespace ersatz::study {

inline constexpr std::size_t kFirstSeeds = 3, kMostSeedsAsked = 1000;

/// `seeds = "until .01, at most 10"`: seeds are added until intervals are as narrow. Their width alone decides, never
/// their sign: C. Stein, Annals of Mathematical Statistics 16 (1945).
struct SeedRule {
  double half_width = 0;            ///< wanted of the 95 % interval of every main contrast
  std::size_t most = 20;            ///< seeds are 1 to `most`
  std::size_t asked = kFirstSeeds;  ///< the first so many of them are asked for now

  bool operator==(const SeedRule&) const = default;
};

/// Reads seeds of [study] where it is a text. Nothing where it is a list or missing. Throws Error "FILE:LINE: KEY:
/// problem".
std::optional<SeedRule> read_seed_rule(const TomlSection& study);

/// 1 to rule.most.
std::vector<std::uint64_t> seeds_of(const SeedRule& rule);

/// ".01, at most 20 seeds": as a study file has it.
std::string seed_rule_text(const SeedRule& rule);

}  // namespace ersatz::study
