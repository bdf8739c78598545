#include "data/set_aside.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

using Kind = TestAmount::Kind;

std::vector<std::uint64_t> numbers(std::size_t count, std::uint64_t seed) {
  Random random(seed, "numbers");
  std::vector<std::uint64_t> all(count);
  for (auto& number : all) number = std::uint64_t{random.below(1U << 31)} << 33 | random.below(1U << 31);
  return all;
}

std::size_t count(const std::vector<bool>& chosen) {
  return static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
}

TEST(ChooseForTesting, AFractionIsThoseBelowIt) {
  const std::vector<std::uint64_t> groups{0, ~std::uint64_t{0}, std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 1};
  const std::vector<std::int32_t> labels(groups.size(), 0);
  EXPECT_EQ(choose_for_testing(groups, labels, {Kind::fraction, .5}), (std::vector<bool>{true, false, false, true}));
}

TEST(ChooseForTesting, AFractionOfManyIsAboutThatShare) {
  const auto groups = numbers(10'000, 1);
  const std::vector<std::int32_t> labels(groups.size(), 0);
  // 2,000 +- 4 standard deviations of a binomial
  EXPECT_NEAR(static_cast<double>(count(choose_for_testing(groups, labels, {Kind::fraction, .2}))), 2000, 160);
}

TEST(ChooseForTesting, WithAFractionAddedImagesMoveNone) {
  auto groups = numbers(500, 2);
  const auto before = choose_for_testing(groups, std::vector<std::int32_t>(500, 0), {Kind::fraction, .3});
  const auto more = numbers(500, 3);
  groups.insert(groups.end(), more.begin(), more.end());
  auto after = choose_for_testing(groups, std::vector<std::int32_t>(1000, 0), {Kind::fraction, .3});
  after.resize(500);
  EXPECT_EQ(after, before);
}

TEST(ChooseForTesting, ANumberIsTheSmallestOfEachClass) {
  const std::vector<std::uint64_t> groups{5, 1, 9, 3, 2, 8};
  const std::vector<std::int32_t> labels{0, 0, 0, 1, 1, 1};
  EXPECT_EQ(choose_for_testing(groups, labels, {Kind::per_class, 2}),
            (std::vector<bool>{true, true, false, true, true, false}));
  // A class that has fewer gives all.
  EXPECT_EQ(count(choose_for_testing(groups, labels, {Kind::per_class, 100})), 6U);
}

TEST(ChooseForTesting, AGroupIsNeverDivided) {
  // 30 groups of up to 40 images over 3 classes.
  Random random(4, "groups");
  const auto names = numbers(30, 5);
  std::vector<std::uint64_t> groups;
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < 600; ++i) {
    groups.push_back(names[random.below(30)]);
    labels.push_back(static_cast<std::int32_t>(random.below(3)));
  }
  for (const TestAmount amount : {TestAmount{Kind::per_class, 20}, TestAmount{Kind::fraction, .4}}) {
    const auto chosen = choose_for_testing(groups, labels, amount);
    std::map<std::uint64_t, bool> side;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      EXPECT_EQ(side.emplace(groups[i], chosen[i]).first->second, chosen[i]);
    }
    EXPECT_GT(count(chosen), 0U);
    EXPECT_LT(count(chosen), groups.size());
  }
}

}  // namespace
}  // namespace ersatz::data
