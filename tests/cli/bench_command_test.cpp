// The commands bench and compare, end to end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "nn/has_precision.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

TEST(BenchLayers, ShowsEveryStepOfTheBackboneAndOfTheHead) {
  const Outcome done = testing::run_ersatz({"bench", "layers", "vgg16:block2", "--batch", "2", "--repetitions", "1"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("features of VGG16, first two blocks"), HasSubstr("block2\\_conv2 forward"),
                    HasSubstr("training step of its head"), HasSubstr("fc1 backward weights"), HasSubstr("images/s")));
  EXPECT_THAT(done.out, Not(HasSubstr("conv1 backward")));  // the backbone is frozen
}

TEST(BenchLayers, TakesPrecisionAndSize) {
  const Outcome done = testing::run_ersatz(
      {"bench", "layers", "lenet", "--precision", "f32", "--size", "20", "--batch", "3", "--repetitions", "1"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("batch 3, f32"), HasSubstr("conv2 backward data"), HasSubstr("update weights")));
}

TEST(BenchLayers, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"bench", "layers", "resnet"},
                                                    {"bench", "layers", "lenet", "--precision", "f16"},
                                                    {"bench", "layers", "vgg16", "--size", "8"},
                                                    {"bench"}}) {
    const Outcome done = testing::run_ersatz(arguments);
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.err, HasSubstr("ersatz: error: "));
  }
}

TEST(Compare, ShowsTwoPrecisionsOfOneStudySideBySide) {
  if (!nn::testing::has_precision(nn::Precision::bf16)) GTEST_SKIP() << "oneDNN has no bf16 here";
  testing::ScratchFolder folder;
  testing::write_tiny_source(folder / "data", {"A", 20, 6, 0});
  write_file(folder / "tiny.toml",
             "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\n[data]\npath = \"data\"\n"
             "[training]\nepochs = 2\nbatch = 8\n[train.A]\nsources = { A = \"all\" }\n");
  for (const char* precision : {"f32", "bf16"}) {
    const Outcome done =
        testing::run_ersatz({"run", (folder / "tiny.toml").string(), "--out", (folder / precision).string(), "--cache",
                             (folder / "cache").string(), "--precision", precision});
    ASSERT_EQ(done.code, 0) << done.err;
  }
  const Outcome done = testing::run_ersatz({"compare", (folder / "f32").string(), (folder / "bf16").string()});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("\nNN  "), HasSubstr("difference"), HasSubstr("[")));

  const Outcome nothing = testing::run_ersatz({"compare", (folder / "f32").string(), (folder / "none").string()});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("ersatz: error: "));
}

}  // namespace
}  // namespace ersatz
