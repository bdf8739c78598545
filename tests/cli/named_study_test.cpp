// Studies that are run by their names, from a build and from an installation.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/child_process.hpp"
#include "base/files.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;
using ::testing::StartsWith;

namespace fs = std::filesystem;

class NamedStudy : public testing::WorkingFolder {
 protected:
  // The program with its studies as it is installed, anywhere.
  std::string install(const fs::path& prefix) const {
    fs::create_directories(prefix / "bin");
    fs::create_directories(prefix / "share" / "ersatz");
    fs::copy_file(ERSATZ_BINARY, prefix / "bin" / "ersatz");
    fs::copy(fs::path(ERSATZ_SOURCE_DIR) / "studies", prefix / "share" / "ersatz" / "studies");
    return (prefix / "bin" / "ersatz").string();
  }
  struct Ended {
    ProcessEnd end;
    std::string text;  // of both streams
  };
  static Ended call(const std::string& program, std::vector<std::string> words) {
    words.insert(words.begin(), program);
    ChildProcess process(words);
    Ended ended;
    ended.text = process.exchange("");
    ended.end = process.wait();
    EXPECT_EQ(ended.end.signal, 0);
    return ended;
  }
};

TEST_F(NamedStudy, OfTheSourceTreeRunsWithItsOwnPaths) {
  ASSERT_EQ(run_ersatz({"data", "demo", "images"}).code, 0);
  const Outcome run =
      run_ersatz({"run", "demo", "--data", "images", "--limit", "20", "--epochs", "1", "--replace", "lenet=nn-rgb"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(fs::exists("out/demo/report.html"));
  // `report` finds it, too.
  EXPECT_EQ(run_ersatz({"report", "out/demo", "--study", "demo", "--data", "images"}).code, 0);
}

TEST_F(NamedStudy, GivesWayToFilesThatAreHere) {
  write_file("demo.toml", "not = \"a study\"\n");
  EXPECT_THAT(run_ersatz({"plan", "demo"}).err, HasSubstr("demo.toml"));
  write_file("demo", "also = \"none\"\n");
  EXPECT_THAT(run_ersatz({"plan", "demo"}).err, AllOf(HasSubstr("demo:1"), Not(HasSubstr("demo.toml"))));
}

TEST_F(NamedStudy, ThatIsUnknownIsOneErrorWithTheNearest) {
  const Outcome typo = run_ersatz({"run", "cifaek"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, AllOf(HasSubstr("there is no study \"cifaek\""), HasSubstr("did you mean \"cifake\"?")));
  EXPECT_THAT(run_ersatz({"run", "studies/cifkae.toml"}).err,
              AllOf(HasSubstr("there is no study file studies/cifkae.toml"), HasSubstr("did you mean \"cifake\"?")));
  fs::create_directory("mine");
  EXPECT_THAT(run_ersatz({"run", "mine"}).err, HasSubstr("mine is a folder, not a study file"));
  write_file("strawberries.toml", "");
  EXPECT_THAT(run_ersatz({"run", "strawberry"}).err, HasSubstr("did you mean \"strawberries\"?"));
  EXPECT_THAT(run_ersatz({"run", ""}).err, HasSubstr("there is no study"));
}

TEST_F(NamedStudy, ListHasALineForEach) {
  const Outcome list = run_ersatz({"study", "list"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out,
              AllOf(HasSubstr("\ncifake-seeds    The CIFAKE study (see cifake.toml) with five seeds: how much "
                              "of a difference is chance?\n"),
                    HasSubstr("\ndemo            A study of the built-in demo data")));
  const Outcome names = run_ersatz({"study", "list", "--names"});
  EXPECT_THAT(names.out, AllOf(StartsWith("augmentation\ncifake\ncifake-seeds\n"), Not(HasSubstr(" "))));
}

TEST_F(NamedStudy, OfAnInstallationStartsFromTheWorkingFolder) {
  const std::string program = install(scratch_ / "a place" / "usr");
  ASSERT_EQ(call(program, {"data", "demo", "build/demo-data"}).end.exit_code, 0);
  const Ended run = call(program, {"run", "demo", "--limit", "20", "--epochs", "1"});
  EXPECT_EQ(run.end.exit_code, 0) << run.text;
  EXPECT_TRUE(fs::exists("out/demo/report.html"));
  EXPECT_THAT(call(program, {"run", "demo", "--limit", "20", "--epochs", "1"}).text, HasSubstr("nothing to train"));
  // By its path it is the same study.
  const std::string path = (scratch_ / "a place" / "usr/share/ersatz/studies/demo.toml").string();
  EXPECT_THAT(call(program, {"run", path, "--limit", "20", "--epochs", "1"}).text, HasSubstr("nothing to train"));
  // The program may be moved with all that belongs to it.
  fs::rename(scratch_ / "a place", scratch_ / "elsewhere");
  const std::string moved = (scratch_ / "elsewhere/usr/bin/ersatz").string();
  EXPECT_THAT(call(moved, {"study", "list", "--names"}).text, HasSubstr("demo\n"));
  // A command that begins elsewhere, a job of Slurm, is told where the images are.
  const Ended slurm =
      call(moved, {"slurm", "demo", "--limit", "20", "--epochs", "1", "--out", "jobs", "--time", "10", "--pack", "1"});
  EXPECT_EQ(slurm.end.exit_code, 0) << slurm.text;
  EXPECT_THAT(read_file("jobs/slurm/tasks.sh"),
              HasSubstr("--data " + (fs::current_path() / "build/demo-data").string()));
}

TEST_F(NamedStudy, OfNoImagesSaysHowToGetThem) {
  const std::string program = install(scratch_ / "usr");
  const Ended cifake = call(program, {"run", "cifake"});
  EXPECT_EQ(cifake.end.exit_code, 2);
  EXPECT_THAT(cifake.text, AllOf(HasSubstr("data/cifake.zip is not there"), HasSubstr("`ersatz fetch cifake`")));
  EXPECT_THAT(call(program, {"plan", "demo"}).text, HasSubstr("`ersatz data demo build/demo-data`"));
}

TEST_F(NamedStudy, WithoutStudiesIsSaid) {
  const std::string program = install(scratch_ / "usr");
  fs::remove_all(scratch_ / "usr/share");
  const Ended list = call(program, {"study", "list"});
  EXPECT_EQ(list.end.exit_code, 2);
  EXPECT_THAT(list.text, HasSubstr("no studies came with this ersatz"));
  EXPECT_EQ(call(program, {"study", "list", "--names"}).end.exit_code, 0);  // completion asks so
}

}  // namespace
}  // namespace ersatz
