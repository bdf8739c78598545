// From a training set that says how its images are used to a plan and to runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "data/match/color_match.hpp"
#include "nn/safetensors.hpp"
#include "study/examples.hpp"
#include "study/execute.hpp"
#include "study/inputs.hpp"
#include "study/matching.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/plan.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/tiny_data.hpp"
#include "study/training_batches.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Amount images(double n) { return {Amount::Kind::count, n}; }
data::Ramp always(double value) { return {value, value}; }

/// Sources A (16 training images of each of three classes) and B (8).
class UseOfImagesTest : public ::testing::Test {
 protected:
  UseOfImagesTest() {
    ersatz::testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 1});
    ersatz::testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 0});
    data_ = ersatz::testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "s.toml";
    study_.name = "s";
    study_.classifiers = {"nn"};
    study_.test_on = {"A"};
    study_.asked.batch = 16;
    study_.asked.steps = 20;
    study_.asked.precision = PrecisionChoice::f32;
  }

  static TrainingSet mixture(ImageUse use) {
    TrainingSet set{"mix", {{"A", images(12)}, {"B", {}}}};
    set.use = std::move(use);
    set.line = 7;
    return set;
  }
  static ImageUse in_phases(std::vector<Phase> phases) {
    ImageUse use;
    use.phases = std::move(phases);
    return use;
  }
  static Phase share(Amounts sources, double part) {
    Phase phase{std::move(sources)};
    phase.share = part;
    return phase;
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
  RunRecord execute(const TrainingSet& set, const std::string& out) {
    study_.training_sets = {set};
    const Session session{study_, data_, folder_ / out, folder_ / "cache", make_plan(study_, data_, folder_ / "cache")};
    const OutputFolder made(session.out, study_record(session), test_lists(session));
    const PlannedRun& run = session.plan.runs.at(0);
    return execute_run(run.spec, run.method, data_, session.out, {});
  }
  // All its weights.
  static std::vector<float> model(const RunRecord& run) {
    std::vector<float> values;
    for (const auto& [name, tensor] : nn::read_safetensors(model_file(run.folder)).tensors) {
      values.insert(values.end(), tensor.values.begin(), tensor.values.end());
    }
    return values;
  }

  ersatz::testing::ScratchFolder folder_;
  data::DataSet data_;
  Study study_;
};

TEST_F(UseOfImagesTest, SharesOfPhasesBecomeStepsOfTheBudget) {
  study_.asked.steps = 21;
  const TrainingSet set =
      mixture(in_phases({share({{"B", {}}}, 0.5), share({{"A", images(12)}}, 0.25), share({{"A", images(6)}}, 0.25)}));
  const PlannedRun run = plan(set);
  std::vector<std::int64_t> steps;
  for (const Phase& phase : run.spec.train_on.use.phases) steps.push_back(phase.steps);
  EXPECT_THAT(steps, ElementsAre(11, 5, 5));
  EXPECT_EQ(run.training_images, 12U + 24U);
  EXPECT_EQ(run.method.step_budget(), 21);
}

TEST_F(UseOfImagesTest, StepsOfPhasesAreTheBudget) {
  Phase first{{{"B", {}}}}, second{{{"A", images(12)}}};
  first.steps = 5;
  second.steps = 15;
  const std::string by_shares =
      plan(mixture(in_phases({share({{"B", {}}}, 0.25), share({{"A", images(12)}}, 0.75)}))).id;
  EXPECT_EQ(plan(mixture(in_phases({first, second}))).id, by_shares) << "the same training";
  study_.asked.steps.reset();
  study_.asked.epochs = 3;
  EXPECT_EQ(plan(mixture(in_phases({first, second}))).method.step_budget(), 20);
  study_.asked.epochs.reset();
  study_.asked.steps = 30;
  EXPECT_THAT(refusal(mixture(in_phases({first, second}))),
              HasSubstr("s.toml:7: train.mix.phases: they have 20 steps together, but 30 are asked for"));
}

TEST_F(UseOfImagesTest, PhasesWithoutStepsAreRefused) {
  study_.asked.steps.reset();
  EXPECT_THAT(
      refusal(mixture(in_phases({share({{"B", {}}}, 0.5), share({{"A", images(12)}}, 0.5)}))),
      HasSubstr("s.toml:7: train.mix.phases: they need a budget of steps, but the study has epochs | add steps"));
  study_.asked.steps = 1;
  EXPECT_THAT(refusal(mixture(in_phases({share({{"B", {}}}, 0.5), share({{"A", images(12)}}, 0.5)}))),
              HasSubstr("steps are too few"));
}

TEST_F(UseOfImagesTest, MatchGoesByTheRealSource) {
  ImageUse use;
  use.match = Match::color;
  study_.real = {"A", 3};
  EXPECT_EQ(plan(mixture(use)).spec.train_on.use.match_to, "A");
  TrainingSet alone{"b", {{"B", {}}}};
  alone.use = use;
  alone.line = 9;
  EXPECT_THAT(refusal(alone), HasSubstr("s.toml:9: train.b.match: the training set holds no images of A"));
  TrainingSet real{"a", {{"A", {}}}};
  const std::string plain = plan(real).id;
  real.use = use;
  EXPECT_EQ(plan(real).id, plain) << "there is nothing to match";
}

TEST_F(UseOfImagesTest, PhasesHoldTheirOwnPartOfTheImages) {
  const TrainingSet set =
      mixture(in_phases({share({{"A", images(6)}, {"B", {}}}, 0.5), share({{"A", images(12)}}, 0.5)}));
  TrainingSettings settings = with_defaults({});
  const TrainingExamples chosen = choose_examples(data_, set, settings, 3);
  ASSERT_EQ(chosen.phases.size(), 2U);
  const auto& [some, all_of_b] = std::pair(chosen.phases[0][0], chosen.phases[0][1]);
  EXPECT_EQ(some.size(), 6U);
  EXPECT_EQ(all_of_b.size(), 24U);
  EXPECT_EQ(all_of_b.front(), 12U) << "behind those of A";
  EXPECT_EQ(chosen.phases[1][0].size(), 12U);
  // The same that six images of A alone are.
  const TrainingExamples six = choose_examples(data_, {"six", {{"A", images(6)}}}, settings, 3);
  std::set<data::ImageReference> expected(six.training.images.begin(), six.training.images.end()), found;
  for (const std::uint32_t place : some) found.insert(chosen.training.images[place]);
  EXPECT_EQ(found, expected);
  settings.limit = 4;
  const TrainingExamples limited = choose_examples(data_, set, settings, 3);
  for (const auto& phase : limited.phases) {
    for (const auto& source : phase) EXPECT_FALSE(source.empty());
  }
}

TEST_F(UseOfImagesTest, TwoPhasesOfTheSameImagesAreNoPhasesBitForBit) {
  const Amounts both{{"A", images(12)}, {"B", {}}};
  const RunRecord phases = execute(mixture(in_phases({share(both, 0.4), share(both, 0.6)})), "phases");
  const RunRecord usual = execute(mixture({}), "usual");
  EXPECT_EQ(model(phases), model(usual));
  EXPECT_NE(phases.id(), usual.id());
}

TEST_F(UseOfImagesTest, EveryUseTrainsSomethingElse) {
  ImageUse drawn, weighted, color, spectrum;
  drawn.draw = {{"A", always(0.5)}, {"B", always(0.5)}};
  weighted.weight = {{"B", always(0.3)}};
  color.match = Match::color;
  spectrum.match = Match::spectrum;
  Phase flipped = share({{"A", images(12)}}, 0.5);
  flipped.augment = {data::Flip{}};
  study_.real = {"A", 3};
  std::set<std::vector<float>> models{model(execute(mixture({}), "usual"))};
  std::size_t runs = 1;
  for (const ImageUse& use :
       {drawn, weighted, color, spectrum, in_phases({share({{"B", {}}}, 0.5), share({{"A", images(12)}}, 0.5)}),
        in_phases({share({{"B", {}}}, 0.5), flipped})}) {
    const RunRecord run = execute(mixture(use), "use" + std::to_string(runs++));
    models.insert(model(run));
    EXPECT_EQ(run.training_images, 36U);
    EXPECT_TRUE(same_use(read_run_record(run.folder).spec.train_on.use, run.spec.train_on.use));
  }
  EXPECT_EQ(models.size(), runs);
}

TEST_F(UseOfImagesTest, ABatchTakesTheSharesThatTheSetAsksFor) {
  ImageUse use;
  use.draw = {{"A", always(0.25)}, {"B", always(0.75)}};
  const PlannedRun run = plan(mixture(use));
  const TrainingExamples chosen = choose_examples(data_, run.spec.train_on, run.spec.settings, 1);
  const models::Classifier classifier = models::make_classifier("nn", data_.shape, 3);
  const TrainingBatches batches = make_training_batches(classifier, run.method, run.spec, chosen, folder_ / "cache");
  for (std::int64_t step = 0; step < 20; ++step) {
    const data::Batch& batch = batches.sampler->batch(step);
    EXPECT_EQ(std::ranges::count_if(batch.indices, [](std::uint32_t i) { return i < 12; }), 4);
    EXPECT_EQ(batch.indices.size(), 16U);
  }
}

// Of the chosen training images alone; the stores, and so all test images, are what they were.
TEST_F(UseOfImagesTest, MatchedImagesAreThoseOfOtherSources) {
  ImageUse use;
  use.match = Match::color;
  study_.real = {"A", 3};
  const PlannedRun run = plan(mixture(use));
  const TrainingExamples chosen = choose_examples(data_, run.spec.train_on, run.spec.settings, 1);
  const auto matched = match_images(run.spec, chosen);
  const std::span all(chosen.training.images);
  const data::ColorMatch expected(data::color_statistics(all.subspan(12)), data::color_statistics(all.first(12)));
  std::vector<std::uint8_t> pixels(data_.shape.bytes());
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const auto own = all[i].pixels(), shown = matched->pixels(i);
    if (i >= 12) {
      expected.apply(own, pixels.data());
    } else {
      std::ranges::copy(own, pixels.begin());
    }
    EXPECT_TRUE(std::ranges::equal(shown, pixels)) << "image " << i;
  }
}

}  // namespace
}  // namespace ersatz::study
