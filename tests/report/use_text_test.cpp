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

TEST(UseText, NamesWhoKeptAndTaught) {
  ImageUse use;
  use.keep = {{"FAKE", {study::KeepBy::agreement, 0.5, true, {}}}};
  EXPECT_EQ(use_text(use), ".5 of FAKE kept by agreement");
  use.keep = {{"FAKE", {study::KeepBy::middle, 0.25, false, {"nn", "REAL", "r"}}}};
  EXPECT_EQ(use_text(use), ".25 of FAKE kept by middle over all classes of nn");
  use.keep = {{"FAKE", {study::KeepBy::random, 0.5, true, {}}}};
  EXPECT_EQ(use_text(use), ".5 of FAKE kept at random");
  use.labels = study::TeacherLabels{};
  EXPECT_EQ(use_text(use), ".5 of FAKE kept at random, labels of a teacher");
  use.keep.clear();
  use.labels = study::TeacherLabels{0.5, 2, {"nn", "REAL", "r"}};
  EXPECT_EQ(use_text(use), "labels of a teacher, nn, share .5, temperature 2");
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
  EXPECT_THAT(csv.substr(0, csv.find('\n')), ::testing::HasSubstr(",simultaneous_high,use,images_per_added,"));
  EXPECT_THAT(csv, HasSubstr(",half and half,0."));
}

// Sentences about mixing are about mixtures: the arm's larger gain is not said to be that of adding images.
TEST_F(UseAnswer, IsNoMixtureInOtherSentences) {
  const AnswerText told = answer_text(analysis::answer(fake_.table(), "REAL"));
  for (const std::string& sentence : told.sentences) {
    if (sentence.find("Ways to use") != std::string::npos) continue;
    EXPECT_THAT(sentence, Not(HasSubstr("half")));
  }
}

/// 500 of 1,000 FAKE kept beside 100 REAL, by a verifier and at random.
class KeptAnswer : public UseAnswer {
 protected:
  KeptAnswer() {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      keep(study::KeepBy::random, seed, 0.4);
      keep(study::KeepBy::agreement, seed, 0.55);
      keep(study::KeepBy::hardest, seed, 0.3);
    }
  }
  void keep(study::KeepBy by, std::uint64_t seed, double right) {
    study::TrainingSet set{std::string(study::keep_name(by)),
                           {{"FAKE", analysis::images(500)}, {"REAL", analysis::images(100)}}};
    set.use.keep = {{"FAKE", {by, 0.5, true, {}}}};
    fake_.add("lenet", set, seed, right);
  }
};

TEST_F(KeptAnswer, ComparesWithAsManyAtRandom) {
  const analysis::Answer answer = analysis::answer(fake_.table(), "REAL");
  std::size_t compared = 0;
  for (const analysis::Gain& gain : answer.gains.gains) {
    const bool verified = study::asks_verifier(gain.mixture.use.keep);
    EXPECT_EQ(gain.over_random.has_value(), verified);
    if (!verified) continue;
    ++compared;
    const double expected = gain.mixture.use.keep[0].second.by == study::KeepBy::agreement ? 0.15 : -0.1;
    EXPECT_NEAR(gain.over_random->difference.mean, expected, 0.03);
    EXPECT_EQ(gain.over_random->family, 2U);
    EXPECT_NEAR(gain.over_random->first.mean, 0.4, 0.03) << "at random";
    EXPECT_LT(gain.over_random_p_holm, 0.05);
  }
  EXPECT_EQ(compared, 2U);
}

TEST_F(KeptAnswer, SaysSoInASentenceAndInTables) {
  const analysis::Answer answer = analysis::answer(fake_.table(), "REAL");
  EXPECT_THAT(
      answer_text(answer).sentences,
      ::testing::Contains(AllOf(HasSubstr("Beside 100 REAL images, those that a verifier kept against as many at "
                                          "random, p after Holm's correction over 2 comparisons: LeNet with 500 "
                                          "FAKE (.5 of FAKE kept by agreement) +.1"),
                                HasSubstr("; LeNet with 500 FAKE (.5 of FAKE kept by hardest) -."))));
  const std::string table = gains_table(answer.gains).markdown();
  EXPECT_THAT(table, HasSubstr(" over random | "));
  EXPECT_THAT(gains_note(answer.gains), HasSubstr("Over random: "));
  const std::string csv = gains_csv(answer.gains);
  EXPECT_THAT(csv.substr(0, csv.find('\n')),
              ::testing::HasSubstr(",use,at_random,over_random,over_random_low,over_random_high,over_random_p_holm"));
}

// The same images in another way are those of the sentence before.
TEST_F(KeptAnswer, IsNoWayToUseTheSameImages) {
  for (const std::string& sentence : answer_text(analysis::answer(fake_.table(), "REAL")).sentences) {
    if (sentence.find("Ways to use") == std::string::npos) continue;
    EXPECT_THAT(sentence, Not(HasSubstr("kept")));
  }
}

TEST_F(UseAnswer, TablesWithoutVerifiersAreWhatTheyWere) {
  const analysis::Answer answer = analysis::answer(fake_.table(), "REAL");
  EXPECT_THAT(gains_table(answer.gains).markdown(), Not(HasSubstr("random")));
  EXPECT_THAT(gains_csv(answer.gains), Not(HasSubstr("random")));
  EXPECT_THAT(gains_note(answer.gains), Not(HasSubstr("random")));
}

}  // namespace
}  // namespace ersatz::report
