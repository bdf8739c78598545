#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/run_status.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;

// The shipped studies on the data that they are about, a few images of each class.
std::string run_shipped(const std::string& study, const std::string& data, const testing::ScratchFolder& folder,
                        const std::string& budget = "--epochs", std::size_t runs = 4,
                        const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"run",     std::string(ERSATZ_SOURCE_DIR) + "/studies/" + study,
                                     "--data",  data,
                                     "--out",   (folder / "out").string(),
                                     "--cache", (folder / "cache").string(),
                                     "--limit", "20",
                                     budget,    "2"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome done = testing::run_ersatz(arguments);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(study::read_finished_runs(folder / "out").runs.size(), runs);
  EXPECT_THAT(testing::run_ersatz(arguments).out, HasSubstr("nothing to train"));
  return done.out;
}

TEST(ShippedStudy, RunsOnTheDemoData) {
  const testing::ScratchFolder folder;
  ASSERT_EQ(testing::run_ersatz({"data", "demo", (folder / "demo").string()}).code, 0);
  run_shipped("demo.toml", (folder / "demo").string(), folder);
  EXPECT_TRUE(study::read_study_record(folder / "out").demo_data);
}

TEST(ShippedStudy, MixturesRunOnTheDemoData) {
  const testing::ScratchFolder folder;
  ASSERT_EQ(testing::run_ersatz({"data", "demo", (folder / "demo").string()}).code, 0);
  run_shipped("demo-mixing.toml", (folder / "demo").string(), folder, "--steps", 33);
  const Outcome told = testing::run_ersatz({"answer", (folder / "out").string()});
  EXPECT_THAT(told.out, AllOf(HasSubstr("DEMO DATA"), HasSubstr("Classical augmentation against generated images")));
}

const std::string kRepositoryData = ERSATZ_SOURCE_DIR "/data/";

TEST(ShippedStudy, RunsOnTheSampleOfCifake) {
  const testing::ScratchFolder folder;
  const std::string said = run_shipped("cifake.toml", kRepositoryData + "cifake-sample.tar.xz", folder);
  EXPECT_THAT(said, HasSubstr("VGG16 was not run: no weights; get them with"));
  EXPECT_FALSE(study::read_study_record(folder / "out").demo_data);
  // First and last lines, and every table.
  EXPECT_NE(said.find("SAMPLE of CIFAKE"), said.rfind("SAMPLE of CIFAKE"));
  EXPECT_THAT(read_file(folder / "out" / "tables" / "f1.md"), HasSubstr("SAMPLE of CIFAKE"));
  EXPECT_THAT(read_file(folder / "out" / "report.html"), HasSubstr("SAMPLE of CIFAKE"));
}

TEST(ShippedStudy, TakesTheWeightsOfTheRepositoryInstead) {
  const testing::ScratchFolder folder;
  const std::string said = run_shipped("cifake.toml", kRepositoryData + "cifake-sample.tar.xz", folder, "--epochs", 6,
                                       {"--replace", "vgg16=vgg16:block3", "--weights",
                                        "vgg16=" + kRepositoryData + "vgg16-block3-tiny-imagenet.safetensors"});
  EXPECT_THAT(said, AllOf(HasSubstr("VGG16, first three blocks"), HasSubstr("trained on Tiny-ImageNet at 32x32")));
}

}  // namespace
}  // namespace ersatz
