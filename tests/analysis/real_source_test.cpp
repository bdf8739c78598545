// Three sources whose real one comes last in every order but the right one.

#include "analysis/real_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/answer.hpp"
#include "analysis/conclusion.hpp"
#include "analysis/fake_study.hpp"
#include "analysis/fake_table.hpp"

namespace ersatz::analysis {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ThreeSources : public ::testing::Test {
 protected:
  ThreeSources() {
    study_.sources = study_.test_on = {"sd21", "sdxl", "wild"};
    study_.classifiers = {"nn"};
    study_.training_sets.clear();
    for (const auto& source : study_.sources) study_.training_sets.push_back({source, {{source, images(1000)}}});
    // As generated images do: they teach themselves and little else.
    for (const auto& source : study_.sources) study_.right["nn " + source + " " + source] = 0.95;
  }
  ResultTable read() {
    study_.write();
    return read_results(study_.folder());
  }
  static std::vector<std::string> concluded(const ResultTable& table) {
    std::vector<std::string> sources;
    for (const Conclusion& conclusion : conclusions(table)) sources.push_back(conclusion.source);
    return sources;
  }

  FakeStudy study_;
};

TEST_F(ThreeSources, GoByTheOneThatTheStudyNames) {
  study_.real = "wild";
  const ResultTable table = read();
  EXPECT_EQ(real_source(table).name, "wild");
  EXPECT_THAT(tested_sources(table), ElementsAre("wild", "sd21", "sdxl"));
  EXPECT_THAT(concluded(table), ElementsAre("wild", "sd21", "sdxl"));
  const Answer usual = answer(table, {});
  EXPECT_EQ(usual.source, "wild");
  EXPECT_TRUE(usual.real);
  EXPECT_EQ(usual.guess, "");
  ASSERT_EQ(usual.substitutions.size(), 2U);
  for (const Substitution& s : usual.substitutions) {
    EXPECT_EQ(s.source, "wild");
    EXPECT_LT(s.score, 0.7) << "what " << s.other_source << " is worth in place of wild";
  }
  EXPECT_FALSE(answer(table, "sd21").real);
  EXPECT_THAT(table.notes, IsEmpty());
}

TEST_F(ThreeSources, OfAnOlderFolderAreGuessedAndSaidSo) {
  const ResultTable table = read();
  EXPECT_EQ(real_source(table).name, "sd21");
  EXPECT_THAT(table.notes, ElementsAre(HasSubstr("sd21 is taken for the real images")));
  EXPECT_THAT(answer(table, {}).guess, HasSubstr("real = \"sd21\""));
}

TEST_F(ThreeSources, OfWhichOneOnlyTests) {
  study_.training_sets.pop_back();
  const ResultTable table = read();
  EXPECT_EQ(real_source(table).name, "wild");
  EXPECT_THAT(table.notes, Contains(HasSubstr("only source that nothing was trained on")));
  EXPECT_EQ(answer(table, {}).source, "wild");
}

TEST(TestedSources, BeginWithTheRealOneInWhateverOrderRunsWereTested) {
  FakeTable fake(50);
  fake.add_mixture(0, 100, 1, 0.5, "FAKE");
  fake.add_mixture(100, 0, 1, 0.5, "REAL");
  EXPECT_THAT(tested_sources(fake.table()), ElementsAre("REAL", "FAKE"));
}

TEST(TestedSources, OfNothingAreNone) {
  const ResultTable nothing;
  EXPECT_EQ(real_source(nothing).name, "");
  EXPECT_THAT(tested_sources(nothing), IsEmpty());
}

}  // namespace
}  // namespace ersatz::analysis
