#include "analysis/main_contrasts.hpp"

#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "analysis/gains.hpp"

namespace ersatz::analysis {
namespace {

TEST(MainContrasts, AreGainsThenSubstitutions) {
  FakeTable fake(2000);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(100, 0, seed, 0.5);
    fake.add_mixture(100, 500, seed, 0.6);
    fake.add_mixture(0, 100, seed, 0.4);
  }
  const auto contrasts = main_contrasts(fake.table(), "REAL");
  ASSERT_EQ(contrasts.size(), 2U) << "FAKE alone is no addition: there is nothing without it";
  EXPECT_EQ(contrasts[0].mean, gains(fake.table(), "REAL").gains.at(1).change->estimate.mean);
  EXPECT_NEAR(contrasts[0].mean, 0.1, 0.03);
  EXPECT_NEAR(contrasts[1].mean, -0.1, 0.03);
  EXPECT_EQ(contrasts[1].seeds, 3U);
  EXPECT_GT(contrasts[1].standard_error, 0);
}

TEST(MainContrasts, OfASourceAloneAreNone) {
  FakeTable fake(100);
  fake.add_mixture(100, 0, 1, 0.5);
  EXPECT_TRUE(main_contrasts(fake.table(), "REAL").empty());
}

}  // namespace
}  // namespace ersatz::analysis
