#include "study/advice/candidates.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>

#include "base/random.hpp"

namespace ersatz::study {
namespace {

using Augment = std::optional<std::vector<std::string>>;

// In the order of 1 .. n - 1 each value comes up about equally often, in an order that the seed decides.
template <typename T>
std::vector<T> in_turn(std::vector<T> values, std::size_t n, std::uint64_t seed, std::string_view purpose) {
  std::vector<T> turns;
  for (std::uint32_t round = 0; turns.size() < n; ++round) {
    Random random(seed, purpose, round);
    random.shuffle(std::span(values));
    for (const T& value : values) turns.push_back(value);
  }
  turns.resize(n);
  return turns;
}

std::vector<TrainingChange> draw_training(const SearchSpace& space, std::size_t n, std::uint64_t seed) {
  std::vector<Augment> augments{Augment{}};  // as usual
  if (!space.frozen) {
    augments.insert(augments.end(), {Augment{{"flip"}}, Augment{{"flip", "crop"}}, Augment{{"flip", "crop", "color"}},
                                     Augment{{"flip", "crop", "cutout"}}, Augment{{"flip", "zoom", "color"}}});
  }
  std::vector<std::optional<double>> rates{std::nullopt};
  if (!space.own_method) rates = {std::nullopt, space.learning_rate * 3, space.learning_rate / 2};
  const auto augment = in_turn(augments, n, seed, "advise: augmentation");
  const auto rate = in_turn(rates, n, seed, "advise: learning rate");
  const auto smoothing = in_turn(std::vector<std::optional<double>>{std::nullopt, space.own_method ? 0.0 : 0.1}, n,
                                 seed, "advise: label smoothing");
  std::vector<TrainingChange> changes(n);
  for (std::size_t i = 1; i < n; ++i) changes[i] = {rate[i], smoothing[i], augment[i]};
  return changes;
}

// Every generated source alone, and where there are several, all of them, each with as many images.
using Mix = std::vector<std::pair<std::string, std::size_t>>;
std::vector<Mix> mixes(const SearchSpace& space) {
  std::vector<Mix> all;
  for (const auto& [source, available] : space.generated) {
    for (const std::size_t images : amounts_to_try(space.photographs, available)) all.push_back({{source, images}});
  }
  if (space.generated.size() < 2) return all;
  std::size_t least = space.generated.front().second;
  for (const auto& [source, available] : space.generated) least = std::min(least, available);
  for (const std::size_t images : amounts_to_try(space.photographs, least)) {
    Mix together;
    for (const auto& [source, available] : space.generated) together.emplace_back(source, images);
    all.push_back(std::move(together));
  }
  return all;
}

std::vector<GeneratedUse> uses(const SearchSpace& space) {
  using enum GeneratedUse;
  if (space.photographs == 0) return {mixed};
  if (space.frozen) return {mixed, half, light, first};
  if (!space.verified) return {mixed, half, light, first, color, spectrum};
  return {mixed, half, light, first, color, spectrum, agreement, distinct, teacher};
}

}  // namespace

std::vector<std::size_t> amounts_to_try(std::size_t photographs, std::size_t available) {
  std::vector<std::size_t> amounts;
  // A part is held back where there are no photographs to choose by: of too few that would be nothing.
  constexpr std::size_t kFew = 64;
  const std::size_t least = photographs > 0 ? photographs : std::max(available / 16, std::min(available, kFew));
  for (std::size_t images = least; images * 2 <= available; images *= 4) {
    if (amounts.size() < 3) amounts.push_back(images);
  }
  amounts.push_back(available);
  return amounts;
}

Candidates draw_candidates(const SearchSpace& space, std::size_t n, std::uint64_t seed) {
  const auto training = draw_training(space, n, seed);
  const auto mix = in_turn(mixes(space), n, seed, "advise: images");
  const auto use = in_turn(uses(space), n, seed, "advise: use");
  Candidates all;
  for (std::size_t i = 0; i < n; ++i) {
    if (space.photographs > 0) {
      all.without.push_back({fmt::format("without-{:02}", i), space.real, space.photographs, {}, {}, training[i]});
    }
    all.with.push_back({fmt::format("with-{:02}", i), space.real, space.photographs, mix[i],
                        i == 0 ? GeneratedUse::mixed : use[i], training[i]});
  }
  return all;
}

}  // namespace ersatz::study
