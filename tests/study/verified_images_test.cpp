// Verifiers in a plan and in runs: what they learn from, what they leave, what they cost.

#include "study/verified_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "nn/precision.hpp"
#include "nn/safetensors.hpp"
#include "study/execute.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/plan.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/tiny_data.hpp"
#include "train/verifier_cache.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Amount images(double n) { return {Amount::Kind::count, n}; }

/// Sources A, the real one (16 training images of each of three classes), and B (8).
class VerifiedImages : public ::testing::Test {
 protected:
  VerifiedImages() {
    nn::set_thread_count(1);
    ersatz::testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 1});
    ersatz::testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 0});
    data_ = ersatz::testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "s.toml";
    study_.name = "s";
    study_.classifiers = {"nn"};
    study_.test_on = {"A"};
    study_.real = {"A", 3};
    study_.asked.batch = 16;
    study_.asked.steps = 5;
    study_.asked.precision = PrecisionChoice::f32;
  }

  static TrainingSet keeping(KeepBy by, double share = 0.5, Amount of_a = images(12)) {
    TrainingSet set{"mix", {{"A", of_a}, {"B", {}}}};
    set.use.keep = {{"B", {by, share, true, {"nn", "", ""}}}};
    set.line = 7;
    return set;
  }
  static TrainingSet taught(TeacherLabels labels = {}) {
    TrainingSet set{"mix", {{"A", images(12)}, {"B", {}}}};
    labels.teacher.classifier = "nn";
    set.use.labels = labels;
    set.line = 7;
    return set;
  }
  PlannedRun plan(const TrainingSet& set) {
    study_.training_sets = {set};
    return make_plan(study_, data_, folder_ / "cache").runs.at(0);
  }
  std::string refusal(const TrainingSet& set) {
    try {
      plan(set);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  TrainingExamples verified(const TrainingSet& set) {
    const PlannedRun run = plan(set);
    TrainingExamples chosen = choose_examples(data_, run.spec.train_on, run.spec.settings, run.spec.seed);
    verify_images(run.spec, 3, folder_ / "cache", {}, chosen);
    return chosen;
  }
  RunRecord execute(const TrainingSet& set, const std::string& out) {
    study_.training_sets = {set};
    const Session session{study_, data_, folder_ / out, folder_ / "cache", make_plan(study_, data_, folder_ / "cache")};
    const OutputFolder made(session.out, study_record(session), test_lists(session));
    const PlannedRun& run = session.plan.runs.at(0);
    RunHooks hooks;
    hooks.cache = folder_ / "cache";
    return execute_run(run.spec, run.method, data_, session.out, hooks);
  }
  static std::vector<float> model(const RunRecord& run) {
    std::vector<float> values;
    for (const auto& [name, tensor] : nn::read_safetensors(model_file(run.folder)).tensors) {
      values.insert(values.end(), tensor.values.begin(), tensor.values.end());
    }
    return values;
  }
  std::vector<fs::path> verifiers() const {
    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache/verifiers", code)) files.push_back(entry.path());
    return files;
  }

  ersatz::testing::ScratchFolder folder_;
  data::DataSet data_;
  Study study_;
};

TEST_F(VerifiedImages, APlanCountsWhatIsKept) {
  const PlannedRun run = plan(keeping(KeepBy::agreement, 0.25));
  EXPECT_EQ(run.training_images, 12U + 6U);
  EXPECT_EQ(run.photographs, 12U);
  EXPECT_EQ(run.judged_images, 24U);
  const VerifierChoice& verifier = run.spec.train_on.use.keep[0].second.verifier;
  EXPECT_EQ(verifier.photographs, "A");
  EXPECT_EQ(verifier.recipe, train::kVerifierRecipe);
  const PlannedRun control = plan(keeping(KeepBy::random, 0.25));
  EXPECT_EQ(control.training_images, run.training_images);
  EXPECT_EQ(control.photographs, 0U);
}

// Whatever is watched or tested, and generated images, a verifier does not learn from.
TEST_F(VerifiedImages, AVerifierLearnsFromTheRunsOwnPhotographsAlone) {
  for (const bool own : {false, true}) {
    study_.asked.own_validation = own ? std::optional(0.25) : std::nullopt;
    const PlannedRun run = plan(keeping(KeepBy::agreement));
    const TrainingExamples chosen = choose_examples(data_, run.spec.train_on, run.spec.settings, 1);
    const data::Selection photographs = chosen_of(run.spec.train_on, chosen, "A");
    EXPECT_EQ(photographs.size(), own ? 9U : 12U);
    const std::set<data::ImageReference> learned(photographs.images.begin(), photographs.images.end());
    const data::ImageStore* training = data_.source("A").train.get();
    for (const data::ImageReference& image : photographs.images) EXPECT_EQ(image.store, training);
    for (const data::ImageReference& image : chosen.validation.images) EXPECT_FALSE(learned.contains(image));
    // The file's name is a hash of exactly these.
    fs::remove_all(folder_ / "cache/verifiers");
    verified(keeping(KeepBy::agreement));
    EXPECT_THAT(verifiers(), ElementsAre(train::verifier_file({"nn", 3, 1, folder_ / "cache"}, photographs)));
  }
}

TEST_F(VerifiedImages, KeptImagesAreThoseOfTheScores) {
  const PlannedRun run = plan(keeping(KeepBy::agreement));
  TrainingExamples all = choose_examples(data_, run.spec.train_on, run.spec.settings, 1);
  const data::Selection photographs = chosen_of(run.spec.train_on, all, "A");
  const data::Selection generated = chosen_of(run.spec.train_on, all, "B");
  const train::Verifier verifier = train::find_verifier({"nn", 3, 1, folder_ / "cache"}, photographs);
  const Matrix probabilities = verifier.probabilities(generated);
  const auto of_label = [&](std::size_t i) {
    return probabilities.row(i)[static_cast<std::size_t>(generated.labels[i])];
  };
  const TrainingExamples left = verified(keeping(KeepBy::agreement));
  EXPECT_THAT(left.trained_images, ElementsAre(12, 12));
  EXPECT_THAT(left.source_images, ElementsAre(12, 12));
  ASSERT_EQ(left.training.size(), 24U);
  EXPECT_TRUE(std::equal(photographs.images.begin(), photographs.images.end(), left.training.images.begin()));
  const std::set<data::ImageReference> kept(left.training.images.begin() + 12, left.training.images.end());
  for (std::size_t i = 0; i < generated.size(); ++i) {
    std::size_t better = 0;  // of its class
    for (std::size_t j = 0; j < generated.size(); ++j) {
      better += generated.labels[j] == generated.labels[i] && of_label(j) > of_label(i);
    }
    EXPECT_EQ(kept.contains(generated.images[i]), better < 4) << i;
  }
}

TEST_F(VerifiedImages, EveryWayKeepsAsMany) {
  std::set<std::vector<data::ImageReference>> choices;
  for (const std::string& name : keep_names()) {
    const TrainingExamples left = verified(keeping(*keep_from_name(name)));
    EXPECT_EQ(left.training.size(), 24U) << name;
    choices.insert(left.training.images);
  }
  EXPECT_GE(choices.size(), 6U);
  const auto nearest = verified(keeping(KeepBy::nearest)), farthest = verified(keeping(KeepBy::farthest));
  std::set<data::ImageReference> both(nearest.training.images.begin(), nearest.training.images.end());
  both.insert(farthest.training.images.begin(), farthest.training.images.end());
  EXPECT_EQ(both.size(), 36U) << "the two halves of all";
}

TEST_F(VerifiedImages, ATeacherLabelsGeneratedImagesAlone) {
  const TrainingExamples chosen = verified(taught({0.25, 1, {}}));
  ASSERT_NE(chosen.soft_labels, nullptr);
  const auto photographs = chosen_of(plan(taught()).spec.train_on, chosen, "A");
  const auto generated = chosen_of(plan(taught()).spec.train_on, chosen, "B");
  const Matrix probabilities =
      train::find_verifier({"nn", 3, 1, folder_ / "cache"}, photographs).probabilities(generated);
  for (std::uint32_t i = 0; i < chosen.training.size(); ++i) {
    const auto target = chosen.soft_labels->of(i);
    if (i < 12) {
      EXPECT_TRUE(target.empty());
      continue;
    }
    for (std::size_t c = 0; c < 3; ++c) {
      const float hard = static_cast<std::size_t>(chosen.training.labels[i]) == c ? 0.75F : 0;
      EXPECT_NEAR(target[c], hard + 0.25F * probabilities.row(i - 12)[c], 1e-6);
    }
  }
}

TEST_F(VerifiedImages, ATemperatureMakesATeacherLessSure) {
  const TrainingExamples sure = verified(taught()), less = verified(taught({1, 4, {}}));
  for (std::uint32_t i = 12; i < sure.training.size(); ++i) {
    const auto a = sure.soft_labels->of(i), b = less.soft_labels->of(i);
    EXPECT_NEAR(b[0] + b[1] + b[2], 1, 1e-5);
    EXPECT_NEAR(b[0] / b[1], std::pow(a[0] / a[1], 0.25F), 1e-3 * b[0] / b[1]);
  }
}

TEST_F(VerifiedImages, RunsTrainOnWhatIsKeptAndTaught) {
  TrainingSet plain{"mix", {{"A", images(12)}, {"B", {}}}};
  std::set<std::vector<float>> models{model(execute(plain, "plain"))};
  std::size_t runs = 1;
  for (const TrainingSet& set : {keeping(KeepBy::agreement), keeping(KeepBy::hardest), keeping(KeepBy::random),
                                 taught(), taught({0.5, 1, {}})}) {
    const RunRecord run = execute(set, "run" + std::to_string(runs++));
    models.insert(model(run));
    const bool kept = !set.use.keep.empty();
    EXPECT_EQ(run.training_images, kept ? 24U : 36U);
    EXPECT_THAT(run.source_images, ElementsAre(12, kept ? 12 : 24));
    EXPECT_TRUE(same_use(read_run_record(run.folder).spec.train_on.use, run.spec.train_on.use));
  }
  EXPECT_EQ(models.size(), runs);
  EXPECT_EQ(verifiers().size(), 1U) << "all have the photographs in common";
}

TEST_F(VerifiedImages, AFoundVerifierGivesTheBitsOfATrainedOne) {
  const RunRecord first = execute(keeping(KeepBy::nearest), "first");
  const RunRecord again = execute(keeping(KeepBy::nearest), "again");
  fs::remove_all(folder_ / "cache/verifiers");
  const RunRecord anew = execute(keeping(KeepBy::nearest), "anew");
  EXPECT_EQ(model(again), model(first));
  EXPECT_EQ(model(anew), model(first));
}

TEST_F(VerifiedImages, WhatCannotBeVerifiedIsRefusedByThePlan) {
  TrainingSet alone{"b", {{"B", {}}}};
  alone.use = keeping(KeepBy::agreement).use;
  alone.line = 9;
  EXPECT_THAT(refusal(alone), HasSubstr("s.toml:9: train.b.keep: the training set holds no images of A, the real"));
  alone.use = taught().use;
  EXPECT_THAT(refusal(alone), HasSubstr("s.toml:9: train.b.labels: the training set holds no images of A, the real"));
  EXPECT_THAT(
      refusal(keeping(KeepBy::agreement, 0.5, images(5))),
      HasSubstr("s.toml:7: train.mix.keep: the training set trains on 1 image of A of the class dog: a verifier "
                "needs two of each class"));
  EXPECT_EQ(refusal(keeping(KeepBy::random, 0.5, images(5))), "accepted");
  TrainingSet of_real = keeping(KeepBy::agreement);
  of_real.use.keep.front().first = "A";
  EXPECT_THAT(refusal(of_real), HasSubstr("train.mix.keep.A: it is the real source"));
  EXPECT_THAT(refusal(keeping(KeepBy::agreement, 0.01)), HasSubstr("keep = 0.01 leaves no image of B, of which"));
}

TEST_F(VerifiedImages, ATeacherHasNothingToDoForPhotographsAlone) {
  TrainingSet real{"a", {{"A", images(12)}}};
  const std::string plain = plan(real).id;
  real.use = taught().use;
  EXPECT_EQ(plan(real).id, plain);
}

}  // namespace
}  // namespace ersatz::study
