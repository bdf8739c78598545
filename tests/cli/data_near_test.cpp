// `ersatz data info --near` as users run it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DataInfoNear, CountsNearCopiesAndTestImagesThatHaveOne) {
  const testing::ScratchFolder folder;
  testing::write_tiny_source(folder / "data", {"A", 5, 2, 1});  // 3 test images of A are training images, too
  testing::write_tiny_source(folder / "data", {"B", 3, 1, 0});
  const auto path = folder / "data";
  std::filesystem::copy(path / "test/A/cat/001.jpg", path / "train/B/cat/leak.jpg");
  const auto info = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all{"data", "info", path.string(), "--cache", (folder / "cache").string()};
    all.insert(all.end(), more.begin(), more.end());
    return testing::run_ersatz(all);
  };
  const auto outcome = info({"--near"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("perceptual hashes within 7 of 64 bits, small copies within 12 of 255 levels"),
                    HasSubstr("A train and A test      3\n"), HasSubstr("A test and B train      1\n"),
                    HasSubstr("3 of 6 test images of A have a near copy among the training images of A"),
                    HasSubstr("LEAK? 1 of 6 test images of A have a near copy among the training images of B"),
                    Not(HasSubstr("the closest"))));
  EXPECT_THAT(info({}).out, Not(HasSubstr("Near copies")));
}

}  // namespace
}  // namespace ersatz
