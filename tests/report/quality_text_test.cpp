// What is said of metrics.

#include "report/quality_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/json.hpp"

namespace ersatz::report {
namespace {

using quality::Metric;
using quality::Quality;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Two metrics of photographs and of a source, and nothing else.
Quality with(metrics::Estimate precision, metrics::Estimate told_apart) {
  Quality quality;
  quality.real = quality.against = "REAL";
  quality.images = 1000;
  quality.more_is_test = true;
  for (const bool photographs : {true, false}) {
    quality::SourceQuality source{photographs ? "REAL" : "FAKE", photographs, {}, {}};
    source.values.fill({kNaN, kNaN});
    source.values[static_cast<std::size_t>(Metric::precision)] = photographs ? metrics::Estimate{0.6, 0.01} : precision;
    source.values[static_cast<std::size_t>(Metric::logistic)] = photographs ? metrics::Estimate{0.5, 0.01} : told_apart;
    quality.sources.push_back(source);
  }
  return quality;
}

TEST(QualityText, CallsASourceWorseBeyondThreeStandardErrors) {
  // The standard error of the difference is .0224: three are .067.
  EXPECT_THAT(
      quality_sentences(with({0.53, 0.02}, {0.57, 0.02})),
      ElementsAre("FAKE is worse than other photographs by precision (.530 where photographs have .600) and told "
                  "apart, linear (.570 where photographs have .500)."));
  EXPECT_THAT(quality_sentences(with({0.54, 0.02}, {0.56, 0.02})),
              ElementsAre("No difference between FAKE and other photographs is shown by precision and told apart, "
                          "linear."));
}

TEST(QualityText, SaysNothingOfWhatIsBetterOrHasNoError) {
  EXPECT_TRUE(quality_sentences(with({0.9, 0.01}, {0.9, kNaN})).empty());
}

TEST(QualityText, TablesHaveRowsForWhatIsKnown) {
  const TextTable table = quality_table(with({0.53, 0.02}, {0.57, kNaN}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0],
              ElementsAre("precision", "higher", ".600 ± .010", ".530 ± .020", "generated images among photographs"));
  EXPECT_EQ(table.rows[1][3], ".570");
  EXPECT_EQ(table.headings[2].text, "REAL, test images");
}

TEST(QualityText, SaysWhetherThereAreCopies) {
  Quality quality;
  quality.images = 1000;
  quality.against = "REAL";
  quality::Copies copies{"FAKE", {}, {}, {}};
  copies.memorisation.nearer_to_training = {0.56, 0.016};
  copies.memorisation.interval = {0.53, 0.59};
  copies.memorisation.exact_copies = 3;
  quality.copies = {copies};
  EXPECT_THAT(
      quality_sentences(quality),
      ElementsAre("3 of 1,000 images of FAKE equal a training image of REAL in all features.",
                  HasSubstr("Of the images of FAKE, .560 [.530, .590] are nearer to training images of REAL than "
                            "to test images: more than half")));
  quality.copies[0].memorisation.exact_copies = 0;
  quality.copies[0].memorisation.interval = {0.49, 0.59};
  EXPECT_THAT(quality_sentences(quality), ElementsAre(HasSubstr("no sign of copies")));
}

TEST(QualityText, JsonHasNullForWhatIsNotKnown) {
  const Json json = quality_json(with({0.53, 0.02}, {0.57, kNaN}));
  const Json& fake = json.at("sources").at(1).at("metrics");
  EXPECT_TRUE(fake.at("frechet").is_null());
  EXPECT_TRUE(fake.at("c2st_logistic").at("se").is_null());
  EXPECT_DOUBLE_EQ(fake.at("precision").at("value").get<double>(), 0.53);
}

}  // namespace
}  // namespace ersatz::report
