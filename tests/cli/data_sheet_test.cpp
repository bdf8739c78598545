// `ersatz data sheet` as users run it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "data/codec/decode.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;

class DataSheet : public ::testing::Test {
 protected:
  DataSheet() {
    testing::write_tiny_source(folder_ / "data", {"A", 5, 2, 0});
    testing::write_tiny_source(folder_ / "data", {"B", 2, 0, 0});
    testing::write_tiny_source(folder_ / "data", {"C", 3, 1, 0});
  }

  Outcome sheet(const std::string& out, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"data",    "sheet",   (folder_ / "data").string(), "-o",
                                 file(out), "--cache", (folder_ / "cache").string()};
    all.insert(all.end(), more.begin(), more.end());
    return testing::run_ersatz(all);
  }
  std::string file(const std::string& out) const { return (folder_ / out).string(); }
  data::ImageShape size(const std::string& out) const { return data::image_size(read_file(file(out))); }

  testing::ScratchFolder folder_;
};

TEST_F(DataSheet, SaysWhatItShowsAndDrawsTheSameForTheSameSeed) {
  const Outcome outcome = sheet("a.png", {"--each", "3"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("24 train images of A, B and C, 3 classes, drawn with seed 1"));
  sheet("b.png", {"--each", "3", "--seed", "1"});
  sheet("c.png", {"--each", "3", "--seed", "2"});
  EXPECT_EQ(read_file(file("a.png")), read_file(file("b.png")));
  EXPECT_NE(read_file(file("a.png")), read_file(file("c.png")));
  EXPECT_EQ(size("a.png"), size("c.png"));
}

TEST_F(DataSheet, ShowsTheClassesAndTheSplitThatAreAskedFor) {
  sheet("all.png");
  const Outcome two = sheet("two.png", {"--classes", "dog,cat", "--split", "test"});
  EXPECT_THAT(two.out, HasSubstr("6 test images of A, B and C, 2 classes"));
  EXPECT_LT(size("two.png").height, size("all.png").height);
  EXPECT_THAT(sheet("no.png", {"--classes", "dgo"}).err,
              AllOf(HasSubstr("there is no class \"dgo\""), HasSubstr("did you mean \"dog\"?")));
  EXPECT_EQ(sheet("no.png", {"--each", "0"}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(file("no.png")));
}

TEST_F(DataSheet, AFolderThatCannotBeWrittenToIsAnError) {
  write_file(file("plain"), "a file");
  const Outcome outcome = sheet("plain/sheet.png");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("plain"));
}

}  // namespace
}  // namespace ersatz
