#include "study/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "fetch/catalogue.hpp"
#include "study/method_json.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 2});
    testing::write_tiny_source(folder_ / "data", {"B", 10, 0, 0});
    data_ = testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "s.toml";
    study_.name = "s";
    study_.classifiers = {"nn", "lenet"};
    study_.training_sets = {{"A", {{"A", {}}}}, {"B", {{"B", {}}}}};
    study_.test_on = {"A"};
    study_.seeds = {1, 2};
  }
  std::string refusal() {
    try {
      make_plan(study_, data_, folder_ / "cache");
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }

  testing::ScratchFolder folder_;
  data::DataSet data_;
  Study study_;
};

TEST_F(PlanTest, IsTheWholeGridInTheOrderOfTheFile) {
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  std::vector<std::string> cells;
  std::set<std::string> ids;
  for (const PlannedRun& run : plan.runs) {
    cells.push_back(run.spec.classifier + " " + run.spec.train_on.name + " " + std::to_string(run.spec.seed));
    ids.insert(run.id);
    EXPECT_THAT(run.spec.test_on, ElementsAre("A"));
    EXPECT_EQ(run.spec.data_fingerprint, data_.fingerprint);
  }
  EXPECT_THAT(cells,
              ElementsAre("nn A 1", "nn A 2", "nn B 1", "nn B 2", "lenet A 1", "lenet A 2", "lenet B 1", "lenet B 2"));
  EXPECT_EQ(ids.size(), 8U);
  EXPECT_EQ(plan.runs[0].training_images, 48U);
  EXPECT_EQ(plan.runs[0].validation_images, 12U);
  EXPECT_EQ(plan.runs[2].training_images, 24U);
}

TEST_F(PlanTest, AClassifiersOwnMethodComesBeforeWhatTheStudySaysAndThePlanSaysSo) {
  study_.classifiers = {"convnet:0.25", "lenet"};
  study_.seeds = {1};
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  const models::Method& own = plan.runs[0].method;
  EXPECT_EQ(own.batching.size, 48);  // all images of A that are trained on: fewer than its batch
  EXPECT_EQ(own.step_budget(), 10);  // 9.9 epochs of one step
  EXPECT_TRUE(own.averaging && own.whitening);
  EXPECT_EQ(plan.runs[0].spec.method_version, "airbench94-1");
  EXPECT_EQ(plan.runs[0].spec.settings.steps, 10);
  EXPECT_EQ(plan.runs[0].spec.settings.patience, 0);
  EXPECT_EQ(plan.runs[0].spec.settings.batch, 48);
  EXPECT_EQ(plan.runs[1].method.batching.size, 24);
  EXPECT_EQ(plan.runs[2].method.batching.size, 64);  // LeNet has none
  EXPECT_EQ(plan.runs[2].spec.method_version, "");
  EXPECT_THAT(plan.remarks, ElementsAre());

  Study other = study_;
  other.asked.learning_rate = 0.5;
  other.asked.decay_steps = 7;
  const Plan changed = make_plan(other, data_, folder_ / "cache");
  EXPECT_EQ(changed.runs[0].id, plan.runs[0].id);
  EXPECT_NE(changed.runs[2].id, plan.runs[2].id);
  EXPECT_THAT(changed.remarks,
              ElementsAre("ConvNet (width 0.25) brings its own way of training (airbench94-1): learning_rate and "
                          "decay_steps of [training] do not count for it"));
  EXPECT_EQ(changed.notes, plan.notes) << "tables stay as they are";

  other.asked.epochs = 3;
  EXPECT_EQ(make_plan(other, data_, folder_ / "cache").runs[0].method.step_budget(), 3);
  replace_steps(other.asked, 77);
  EXPECT_EQ(make_plan(other, data_, folder_ / "cache").runs[0].method.step_budget(), 77);
}

TEST_F(PlanTest, AStudysOwnValuesAreWhatIsTrainedWith) {
  study_.classifiers = {"lenet"};
  study_.asked.momentum = 0.9;
  study_.asked.validation = 0;
  study_.asked.patience = 0;
  const PlannedRun by_epochs = make_plan(study_, data_, folder_ / "cache").runs[0];
  const auto& epochs = std::get<models::EpochBudget>(by_epochs.method.budget);
  EXPECT_EQ(epochs.epochs, 20);
  EXPECT_EQ(epochs.patience, 0);
  EXPECT_EQ(by_epochs.method.optimizer.momentum, 0.9);
  EXPECT_EQ(by_epochs.method.optimizer.learning_rate, 0.01);
  EXPECT_TRUE(by_epochs.method.augmentation.empty());

  study_.asked = {};
  study_.asked.steps = 6250;
  study_.training_sets[0].augment = {data::Flip{}};
  const PlannedRun by_steps = make_plan(study_, data_, folder_ / "cache").runs[0];
  EXPECT_EQ(by_steps.method.step_budget(), 6250);
  EXPECT_EQ(by_steps.method.rounds(), 10);
  // As far down at its end as the seed study's at the end of its 12,500 steps.
  EXPECT_NEAR(by_steps.method.rate(6250, 6250), 0.01 * std::pow(0.9, 1.25), 1e-12);
  EXPECT_EQ(by_steps.spec.settings.epochs, 0) << "as versions up to 0.1 recorded it";
  EXPECT_EQ(by_steps.method.augmentation.size(), 1U);
}

// The defaults of the table of fields are those of the type.
TEST_F(PlanTest, AStudyThatAsksForNothingIsTrainedByTheUsualMethod) {
  EXPECT_EQ(to_json(make_plan(study_, data_, folder_ / "cache").runs[0].method), to_json(models::Method()));
}

TEST_F(PlanTest, WithoutValidationNothingStopsEarly) {
  study_.asked.validation = 0;
  const PlannedRun run = make_plan(study_, data_, folder_ / "cache").runs[0];
  EXPECT_EQ(std::get<models::EpochBudget>(run.method.budget).patience, 0);
  EXPECT_EQ(run.spec.settings.patience, 0);
}

TEST_F(PlanTest, TheVersionOfAMethodIsPartOfTheIdentityAndComesBackFromTheRecord) {
  study_.classifiers = {"convnet:0.25"};
  const RunSpec spec = make_plan(study_, data_, folder_ / "cache").runs[0].spec;
  const RunSpec back = run_spec_from_json(Json::parse(to_json(spec).dump()));
  EXPECT_EQ(back.id(), spec.id());
  EXPECT_EQ(back.method_version, "airbench94-1");
  EXPECT_EQ(back.settings, spec.settings);
  RunSpec later = spec;
  later.method_version = "airbench94-2";
  EXPECT_NE(later.id(), spec.id());
}

TEST_F(PlanTest, AWorkerIsToldTheWholeMethod) {
  study_.classifiers = {"convnet:0.25", "lenet"};
  study_.training_sets[1].augment = {data::Flip{0.25}, data::Jpeg{}};
  for (const PlannedRun& run : make_plan(study_, data_, folder_ / "cache").runs) {
    const models::Method back = method_from_json(Json::parse(to_json(run.method).dump()));
    EXPECT_EQ(to_json(back), to_json(run.method));
    EXPECT_EQ(back.rate(5, 10), run.method.rate(5, 10)) << "to the last bit";
    EXPECT_EQ(back.optimizer.weight_decay, run.method.optimizer.weight_decay);
    EXPECT_EQ(back.averaging.has_value(), run.method.averaging.has_value());
    EXPECT_EQ(back.views, run.method.views);
  }
}

TEST_F(PlanTest, LabelSmoothingCountsForEveryClassifierAndItsUsualValueChangesNoId) {
  study_.classifiers = {"convnet:0.25", "lenet"};
  study_.seeds = {1};
  const Plan usual = make_plan(study_, data_, folder_ / "cache");
  EXPECT_EQ(usual.runs[0].method.label_smoothing, 0.2);
  EXPECT_EQ(usual.runs[2].method.label_smoothing, 0);
  study_.asked.label_smoothing = 0.2;
  const Plan smooth = make_plan(study_, data_, folder_ / "cache");
  EXPECT_EQ(smooth.runs[0].id, usual.runs[0].id);
  EXPECT_NE(smooth.runs[2].id, usual.runs[2].id);
  EXPECT_EQ(smooth.runs[2].method.label_smoothing, 0.2);
  study_.asked.label_smoothing = 0;
  const Plan hard = make_plan(study_, data_, folder_ / "cache");
  EXPECT_NE(hard.runs[0].id, usual.runs[0].id);
  EXPECT_EQ(hard.runs[2].id, usual.runs[2].id);
  EXPECT_EQ(hard.runs[0].method.label_smoothing, 0);
  for (const Plan* plan : {&usual, &smooth, &hard}) {
    for (const PlannedRun& run : plan->runs) {
      EXPECT_EQ(run_spec_from_json(Json::parse(to_json(run.spec).dump())).id(), run.id);
    }
  }
}

TEST_F(PlanTest, NoAugmentationIsADifferenceForAnOwnMethodOnly) {
  study_.classifiers = {"convnet:0.25", "lenet"};
  study_.training_sets = {{"A", {{"A", {}}}}};
  const Plan usual = make_plan(study_, data_, folder_ / "cache");
  study_.training_sets[0].augment.emplace();
  const Plan plain = make_plan(study_, data_, folder_ / "cache");
  EXPECT_NE(plain.runs[0].id, usual.runs[0].id);
  EXPECT_EQ(plain.runs[2].id, usual.runs[2].id);
}

TEST_F(PlanTest, TheLongestRunsStartFirst) {
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  // LeNet costs more than the NN, and A has twice the images of B.
  EXPECT_THAT(longest_first(plan), ElementsAre(4, 5, 6, 7, 0, 1, 2, 3));
}

TEST_F(PlanTest, WithoutTestOnEverySourceWithTestImagesIsTested) {
  study_.test_on.clear();
  EXPECT_THAT(make_plan(study_, data_, folder_ / "cache").test_on, ElementsAre("A"));
}

TEST_F(PlanTest, SourcesThatTheDataDoNotHaveAreErrors) {
  study_.test_on = {"C"};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml: study.test_on"), HasSubstr("C"), HasSubstr("A and B")));
  study_.test_on = {"A"};
  study_.training_sets[1].sources[0].first = "D";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml: train.B.sources"), HasSubstr("D")));
}

TEST_F(PlanTest, ASplitWithoutImagesIsAnError) {
  study_.test_on = {"A", "B"};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("B has no test images"), HasSubstr("test_on")));
}

TEST_F(PlanTest, MoreImagesThanThereAreIsAnError) {
  study_.training_sets[0].sources[0].second = {Amount::Kind::count, 100};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml: train.A.sources"), HasSubstr("100"), HasSubstr("48")));
}

TEST_F(PlanTest, LeftOutDuplicatesAreCounted) {
  study_.asked.drop_duplicates = DropDuplicates::exact;
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_THAT(plan.notes[0], HasSubstr("6 of 15 test images of A"));
  const StudyRecord record = study_record({study_, data_, folder_ / "out", folder_ / "cache", plan});
  EXPECT_EQ(record.notes, plan.notes);
  EXPECT_EQ(record.runs.size(), 8U);
  EXPECT_EQ(record.runs[0], plan.runs[0].id);
  EXPECT_THAT(record.sources, ElementsAre("A", "B"));
  EXPECT_FALSE(record.demo_data);
}

TEST_F(PlanTest, LeftOutNearCopiesAreCounted) {
  study_.asked.drop_duplicates = DropDuplicates::near;
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_EQ(plan.notes[0], "6 of 15 test images of A are left out: they have a near copy in its training split");
}

TEST_F(PlanTest, AClassifierWithoutItsWeightsMakesANoteAndNoRuns) {
  study_.classifiers = {"nn", "vgg16:block1"};
  const Plan plan = make_plan(study_, data_, folder_ / "cache");
  EXPECT_EQ(plan.runs.size(), 4U);
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_THAT(plan.notes[0], AllOf(HasSubstr("VGG16, first block was not run"), HasSubstr("ersatz fetch vgg16")));
  study_.classifiers = {"vgg16:block1"};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml"), HasSubstr("no weights"), HasSubstr("ersatz fetch vgg16")));
}

TEST_F(PlanTest, AFrozenBackboneRefusesAugmentedTrainingSets) {
  study_.classifiers = {"nn", "vgg16:block1"};
  write_file(folder_ / "w.h5", "weights");
  study_.weights["vgg16"] = folder_ / "w.h5";
  study_.training_sets[1].augment = {data::Flip{}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml: train.B.augment: VGG16, first block cannot be trained on augmented"),
                               HasSubstr("in a study of their own")));
  study_.training_sets[1].augment = std::vector<data::Augmentation>{};
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(PlanTest, AugmentationIsPartOfTheIdentityAndNoneIsNot) {
  const auto id = [&](std::optional<std::vector<data::Augmentation>> augment) {
    study_.training_sets[0].augment = std::move(augment);
    return make_plan(study_, data_, folder_ / "cache").runs.at(0).id;
  };
  const std::string plain = id(std::nullopt);
  EXPECT_EQ(id(std::vector<data::Augmentation>{}), plain);
  EXPECT_NE(id({{data::Flip{}}}), plain);
  EXPECT_NE(id({{data::Flip{}}}), id({{data::Flip{0.4}}}));
}

TEST_F(PlanTest, WeightsArePartOfTheIdentityByTheirContent) {
  study_.classifiers = {"vgg16:block1"};
  const auto id_with = [&](const std::string& name, const std::string& content) {
    write_file(folder_ / name, content);
    study_.weights["vgg16"] = folder_ / name;
    const Plan plan = make_plan(study_, data_, folder_ / "cache");
    EXPECT_THAT(plan.runs.at(0).spec.weights->note, AllOf(HasSubstr(name), HasSubstr("not the ImageNet weights")));
    return plan.runs.at(0).id;
  };
  const std::string id = id_with("a.h5", "one");
  EXPECT_EQ(id_with("b.h5", "one"), id);
  EXPECT_NE(id_with("a.h5", "two"), id);
  study_.weights["vgg16"] = folder_ / "none.h5";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("s.toml: weights"), HasSubstr("none.h5")));
}

TEST_F(PlanTest, FetchedWeightsAreFoundInTheCache) {
  study_.classifiers = {"vgg16:block1"};
  write_file(fetch::find_known_file("vgg16")->default_path(folder_ / "cache"), "weights");
  EXPECT_EQ(make_plan(study_, data_, folder_ / "cache").runs.size(), 4U);
}

}  // namespace
}  // namespace ersatz::study
