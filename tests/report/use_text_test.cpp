#include "report/use_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "report/answer_text.hpp"
#include "report/mixture_tables.hpp"
#include "report/mixture_text.hpp"

namespace ersatz::report {
namespace {

using data::Ramp;
using study::ImageUse;
using study::Phase;
using ::testing::HasSubstr;
using ::testing::Not;

ImageUse drawn(Ramp fake, Ramp real) {
  ImageUse use;
  use.draw = {{"FAKE", fake}, {"REAL", real}};
  return use;
}

Phase phase(const std::string& source, double share, study::Amount amount = {}) {
  Phase result{{{source, amount}}};
  result.share = share;
  return result;
}

ImageUse in_phases(std::vector<Phase> phases) {
  ImageUse use;
  use.phases = std::move(phases);
  return use;
}

TEST(UseText, NamesEachWayInFewWords) {
  EXPECT_EQ(use_text({}), "");
  EXPECT_EQ(use_text(drawn({0.5, 0.5}, {0.5, 0.5})), "half and half");
  EXPECT_EQ(use_text(drawn({0.9, 0.9}, {0.1, 0.1})), "drawn FAKE .9, REAL .1");
  EXPECT_EQ(use_text(drawn({0.9, 0}, {0.1, 1})), "drawn FAKE .9 to 0, REAL .1 to 1");
  ImageUse weighted;
  weighted.weight = {{"FAKE", {0.3, 0.3}}};
  EXPECT_EQ(use_text(weighted), "FAKE weighted .3");
  weighted.weight = {{"FAKE", {1, 0}}};
  EXPECT_EQ(use_text(weighted), "FAKE weighted 1 to 0");
  ImageUse matched = weighted;
  matched.match = study::Match::spectrum;
  EXPECT_EQ(use_text(matched), "FAKE weighted 1 to 0, spectrum matched");
}

TEST(UseText, TellsPhasesApart) {
  EXPECT_EQ(use_text(in_phases({phase("FAKE", 0.5), phase("REAL", 0.5)})), "FAKE first");
  EXPECT_EQ(use_text(in_phases({phase("FAKE", 0.25), phase("REAL", 0.75)})),
            "FAKE for .25 of the steps, then REAL for .75 of the steps");
  Phase both{{{"FAKE", {}}, {"REAL", {}}}};
  both.share = 0.5;
  both.draw = {{"FAKE", {0.5, 0.5}}, {"REAL", {0.5, 0.5}}};
  EXPECT_EQ(use_text(in_phases({both, phase("REAL", 0.5)})),
            "FAKE+REAL (half and half) for .5 of the steps, then REAL for .5 of the steps");
  EXPECT_EQ(use_text(in_phases({phase("REAL", 0.5, analysis::images(500)), phase("REAL", 0.5)})),
            "500 REAL for .5 of the steps, then all REAL for .5 of the steps");
  Phase flipped = phase("REAL", 0.5);
  flipped.augment = {data::Flip{}};
  EXPECT_EQ(use_text(in_phases({phase("FAKE", 0.5), flipped})),
            "FAKE for .5 of the steps, then REAL (flip) for .5 of the steps");
}

TEST(UseText, StandsBehindWhatIsAdded) {
  analysis::Mixture mixture{{{"FAKE", 10000}, {"REAL", 500}}, {}};
  mixture.use = drawn({0.5, 0.5}, {0.5, 0.5});
  EXPECT_EQ(additions_text(mixture, "REAL"), "10,000 FAKE, half and half");
}

class UseAnswer : public ::testing::Test {
 protected:
  UseAnswer() {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      add(100, 0, seed, 0.3, {});
      add(1000, 0, seed, 0.7, {});
      add(100, 1000, seed, 0.4, {});
      add(100, 1000, seed, 0.5, drawn({0.5, 0.5}, {0.5, 0.5}));
    }
  }
  void add(double real, double generated, std::uint64_t seed, double right, ImageUse use) {
    study::TrainingSet set{"r" + std::to_string(static_cast<int>(real)), {{"REAL", analysis::images(real)}}};
    if (generated > 0) set.sources.insert(set.sources.begin(), {"FAKE", analysis::images(generated)});
    set.name += "f" + std::to_string(static_cast<int>(generated)) + (use.is_usual() ? "" : "-drawn");
    set.use = std::move(use);
    fake_.add("lenet", set, seed, right);
  }
  analysis::FakeTable fake_{2000};
};

TEST_F(UseAnswer, SetsWaysToUseTheSameImagesAgainstEachOther) {
  const analysis::Answer answer = analysis::answer(fake_.table(), "REAL");
  ASSERT_EQ(answer.gains.gains.size(), 2U);
  EXPECT_TRUE(compares_uses(answer));
  for (const analysis::Gain& gain : answer.gains.gains) {
    EXPECT_TRUE(gain.rate.has_value()) << "a generated image has its rate, however it is used";
    EXPECT_TRUE(gain.equivalent.has_value());
  }
  const AnswerText told = answer_text(answer);
  EXPECT_THAT(told.sentences, ::testing::Contains(AllOf(
                                  HasSubstr("Ways to use the same images, LeNet with 100 REAL and 1,000 FAKE, against "
                                            "the REAL images alone: mixed +.1"),
                                  HasSubstr("; half and half +."))));
  EXPECT_THAT(gains_table(answer.gains).markdown(), HasSubstr("| 1,000 FAKE, half and half |"));
  const std::string csv = gains_csv(answer.gains);
  EXPECT_THAT(csv.substr(0, csv.find('\n')), ::testing::EndsWith(",use"));
  EXPECT_THAT(csv, HasSubstr(",half and half\n"));
}

// Sentences about mixing are about mixtures: the arm's larger gain is not said to be that of adding images.
TEST_F(UseAnswer, IsNoMixtureInOtherSentences) {
  const AnswerText told = answer_text(analysis::answer(fake_.table(), "REAL"));
  for (const std::string& sentence : told.sentences) {
    if (sentence.find("Ways to use") != std::string::npos) continue;
    EXPECT_THAT(sentence, Not(HasSubstr("half")));
  }
}

}  // namespace
}  // namespace ersatz::report
