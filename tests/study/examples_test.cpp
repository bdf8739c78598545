#include "study/examples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/error.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::study {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

// A has 20 training images of each of 3 classes, B has 10.
class ExamplesTest : public ::testing::Test {
 protected:
  ExamplesTest() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 2});
    testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 4});
    data_ = testing::open_tiny(folder_ / "data", folder_ / "cache");
  }

  static std::array<int, 3> per_class(const data::Selection& selection) {
    std::array<int, 3> counts{};
    for (const std::int32_t label : selection.labels) ++counts.at(static_cast<std::size_t>(label));
    return counts;
  }
  static std::set<data::ImageReference> images(const data::Selection& selection) {
    return {selection.images.begin(), selection.images.end()};
  }

  testing::ScratchFolder folder_;
  data::DataSet data_;
  TrainingSettings settings_ = with_defaults({});
  const TrainingSet all_a_{"A", {{"A", {}}}};
};

TEST_F(ExamplesTest, ValidationIsSetAsideFirst) {
  const TrainingExamples chosen = choose_examples(data_, all_a_, settings_, 1);
  EXPECT_THAT(per_class(chosen.training), Each(16));
  EXPECT_THAT(per_class(chosen.validation), Each(4));
  for (const data::ImageReference& image : images(chosen.validation))
    EXPECT_FALSE(images(chosen.training).contains(image));
}

TEST_F(ExamplesTest, AnotherSourceCanBeWatched) {
  settings_.validate_on = std::vector<std::string>{"B"};
  const TrainingExamples chosen = choose_examples(data_, all_a_, settings_, 1);
  EXPECT_THAT(per_class(chosen.training), Each(16));
  EXPECT_THAT(per_class(chosen.validation), Each(2));
  EXPECT_EQ(chosen.validation.images[0].store, data_.source("B").train.get());
  // And what is watched of B is never trained on, where B is trained on too.
  const TrainingExamples both = choose_examples(data_, {"B", {{"B", {}}}}, settings_, 1);
  for (const data::ImageReference& image : images(both.validation)) EXPECT_FALSE(images(both.training).contains(image));
  EXPECT_EQ(count_examples(data_, all_a_, settings_).validation, 6U);
}

TEST_F(ExamplesTest, AmountsAreOfWhatIsLeft) {
  const TrainingSet half{"x", {{"A", {Amount::Kind::fraction, 0.5}}}};
  EXPECT_THAT(per_class(choose_examples(data_, half, settings_, 1).training), Each(8));
  const TrainingSet nine{"x", {{"A", {Amount::Kind::count, 9}}}};
  EXPECT_THAT(per_class(choose_examples(data_, nine, settings_, 1).training), Each(3));
  EXPECT_THAT(per_class(choose_examples(data_, nine, settings_, 1).validation), Each(4)) << "never counted";
}

TEST_F(ExamplesTest, OwnValidationIsOfTheAmount) {
  settings_.validation = 0;
  settings_.own_validation = 0.25;
  settings_.own_validation_of = std::vector<std::string>{"A"};
  const auto choose = [&](double amount, std::uint64_t seed) {
    const TrainingSet mix{"x", {{"A", {Amount::Kind::count, amount}}, {"B", {}}}};
    return choose_examples(data_, mix, settings_, seed);
  };
  const TrainingExamples small = choose(24, 1), large = choose(60, 1);
  EXPECT_THAT(small.source_images, ::testing::ElementsAre(24U, 30U)) << "both parts are counted";
  EXPECT_THAT(per_class(small.validation), Each(2));
  EXPECT_THAT(per_class(small.training), Each(6 + 10)) << "nothing of B is watched, and all of A is there to choose of";
  EXPECT_THAT(per_class(large.validation), Each(5));
  const data::ImageStore* a = data_.source("A").train.get();
  for (const data::ImageReference& image : images(small.validation)) {
    EXPECT_EQ(image.store, a);
    EXPECT_FALSE(images(small.training).contains(image));
    EXPECT_TRUE(images(large.validation).contains(image)) << "nested";
  }
  for (const data::ImageReference& image : images(small.training)) EXPECT_TRUE(images(large.training).contains(image));
  EXPECT_NE(images(small.validation), images(choose(24, 2).validation));

  const TrainingSet few{"few", {{"A", {Amount::Kind::count, 3}}}};
  EXPECT_EQ(count_examples(data_, {"x", {{"A", {Amount::Kind::count, 24}}, {"B", {}}}}, settings_).validation, 6U);
  settings_.own_validation = 0.1;
  try {
    count_examples(data_, few, settings_);
    FAIL();
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("leaves no image of the training set few to be watched"));
  }
}

TEST_F(ExamplesTest, AMixtureJoinsItsSources) {
  const TrainingSet mix{"x", {{"A", {Amount::Kind::count, 6}}, {"B", {}}}};
  const TrainingExamples chosen = choose_examples(data_, mix, settings_, 1);
  EXPECT_THAT(per_class(chosen.training), Each(2 + 8));
  EXPECT_THAT(per_class(chosen.validation), Each(4 + 2));
}

TEST_F(ExamplesTest, ALimitCutsTrainingAndValidation) {
  settings_.limit = 4;
  const TrainingExamples chosen = choose_examples(data_, all_a_, settings_, 1);
  EXPECT_THAT(per_class(chosen.training), Each(4));
  EXPECT_THAT(per_class(chosen.validation), Each(1)) << "4 * .2 / .8";
  settings_.limit = 5;
  EXPECT_THAT(per_class(choose_examples(data_, all_a_, settings_, 1).validation), Each(2)) << "rounded up";
  settings_.limit = 1000;
  EXPECT_THAT(per_class(choose_examples(data_, all_a_, settings_, 1).training), Each(16)) << "no more than there are";
}

TEST_F(ExamplesTest, ALimitHoldsForTheWholeMixtureInProportion) {
  settings_.limit = 6;
  const TrainingSet mix{"x", {{"A", {}}, {"B", {}}}};
  const TrainingExamples chosen = choose_examples(data_, mix, settings_, 1);
  EXPECT_THAT(per_class(chosen.training), Each(6));
  settings_.limit.reset();
  const TrainingSet only_a{"x", {{"A", {}}}};
  const auto of_a = images(choose_examples(data_, only_a, settings_, 1).training);
  const auto from_a = std::count_if(chosen.training.images.begin(), chosen.training.images.end(),
                                    [&](const data::ImageReference& image) { return of_a.contains(image); });
  EXPECT_EQ(from_a, 3 * 4) << "16 of A to 8 of B: 4 and 2 of 6";
}

TEST_F(ExamplesTest, TheSeedDecidesWhichNeverHowMany) {
  settings_.limit = 5;
  const TrainingExamples one = choose_examples(data_, all_a_, settings_, 1);
  EXPECT_EQ(images(one.training), images(choose_examples(data_, all_a_, settings_, 1).training));
  EXPECT_NE(images(one.training), images(choose_examples(data_, all_a_, settings_, 2).training));
  const ExampleCounts counts = count_examples(data_, all_a_, settings_);
  EXPECT_EQ(counts.training, one.training.size());
  EXPECT_EQ(counts.validation, one.validation.size());
}

TEST_F(ExamplesTest, MoreThanThereAreIsAnError) {
  const TrainingSet greedy{"x", {{"A", {Amount::Kind::count, 49}}}};
  try {
    count_examples(data_, greedy, settings_);
    FAIL() << "48 are left beside the validation part";
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), AllOf(HasSubstr("49"), HasSubstr("48"), HasSubstr("A")));
  }
}

TEST_F(ExamplesTest, DroppedDuplicatesLeaveTheOthersInOrder) {
  const data::Source& source = data_.source("A");
  const auto all = test_indices(source, DropDuplicates::none), kept = test_indices(source, DropDuplicates::exact);
  EXPECT_EQ(all.size(), 15U);
  EXPECT_EQ(kept.size(), 9U) << "2 of 5 in each class are copies";
  const auto images = test_images(source, kept);
  EXPECT_EQ(images.front().file, "bird/002.jpg");
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_EQ(test_indices(source, DropDuplicates::near), kept) << "an equal image is a near copy";
  EXPECT_THROW(test_indices(data_.source("B"), DropDuplicates::exact), Error) << "all of its test images are copies";
}

}  // namespace
}  // namespace ersatz::study
