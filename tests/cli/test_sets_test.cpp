// Test sets that a study file puts together, from the file to tables, packs and a second run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;
using testing::StudyCommands;

// A: 20 training and 6 test images of each of three classes, B: 10 and 6.
constexpr const char* kHead =
    "[study]\nname = \"changed\"\nclassifiers = [\"nn\"]\nreal = \"A\"\n"
    "[data]\npath = \"data\"\n"
    "[training]\nsteps = 20\nbatch = 8\nprecision = \"f32\"\n"
    "[train.A]\nsources = { A = \"all\" }\n";

class TestSets : public StudyCommands {
 protected:
  void study(const std::string& sets) const { write_file(folder_ / "tiny.toml", kHead + sets); }
  std::string refused_set(const std::string& sets) const { return refusal(kHead + sets); }
  fs::path run_folder(const std::string& out) const {
    const auto runs = finished(out);
    return runs.size() == 1 ? runs.front().folder : fs::path();
  }
};

TEST_F(TestSets, HaveRowsAndImagesAsSourcesHave) {
  study(
      "[test.rough]\nsources = { A = \"all\" }\ntransform = [{ name = \"jpeg\", quality = 5 }]\n"
      "[test.both]\nsources = { B = 6, A = 0.5 }\n");
  const Outcome done = run("out");
  ASSERT_EQ(done.code, 0) << done.err;
  const Json record = read_json(folder_ / "out/study.json");
  EXPECT_EQ(record.at("test_on"), Json({"A", "B", "rough", "both"}));
  EXPECT_EQ(record.at("sources"), Json({"A", "B"}));
  EXPECT_EQ(record.at("test_sets").at(0).at("transform").dump(),
            R"([{"name":"jpeg","probability":1.0,"quality":[5,5]}])");
  EXPECT_THAT(record.at("notes").dump(), AllOf(HasSubstr("rough: 18 test images of A, changed: jpeg (quality 5)"),
                                               HasSubstr("both: 15 test images of A and B")));
  // 3 of the 6 images of each class of A, 6 of B spread evenly.
  const std::string list = read_file(folder_ / "out/data/both-test.csv");
  EXPECT_THAT(list, AllOf(HasSubstr("A/bird/"), HasSubstr("B/dog/")));
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 1 + 9 + 6);
  const std::string table = run_ersatz({"table", (folder_ / "out").string(), "--format", "csv"}).out;
  EXPECT_THAT(table, AllOf(HasSubstr("rough"), HasSubstr("both")));
  EXPECT_THAT(read_file(folder_ / "out/report.html"), HasSubstr("rough"));
  // Other images under the same name are not compared.
  study(
      "[test.rough]\nsources = { A = \"all\" }\ntransform = [{ name = \"jpeg\", quality = 50 }]\n"
      "[test.both]\nsources = { B = 6, A = 0.5 }\ntransform = [{ name = \"flip\", probability = 0.5 }]\n");
  ASSERT_EQ(run("other").code, 0);
  EXPECT_THAT(run_ersatz({"compare", (folder_ / "out").string(), (folder_ / "other").string()}).err,
              HasSubstr("the test sets rough are not the same images"));
  EXPECT_THAT(read_file(folder_ / "other/study.json"), HasSubstr("changed: flip (probability 0.5)"));
  const fs::path folder = run_folder("out");
  EXPECT_NE(read_file(folder / "predictions-rough.npy"), read_file(folder / "predictions-A.npy"));
  EXPECT_EQ(run_ersatz({"check", (folder_ / "out").string()}).code, 0);

  const std::string pack = (folder_ / "p.pack.tar.xz").string(), again = (folder_ / "again").string();
  ASSERT_EQ(run_ersatz({"pack", (folder_ / "out").string(), "-o", pack}).code, 0);
  ASSERT_EQ(run_ersatz({"unpack", pack, "-o", again}).code, 0);
  EXPECT_EQ(run_ersatz({"table", again, "--format", "csv"}).out, table);
}

TEST_F(TestSets, ATestSetThatIsAnotherNowIsTestedAgainAndNothingIsTrained) {
  study("[test.rough]\nsources = { A = \"all\" }\ntransform = [{ name = \"jpeg\", quality = 5 }]\n");
  ASSERT_EQ(run("out").code, 0);
  const fs::path folder = run_folder("out");
  const auto trained = fs::last_write_time(folder / "model.safetensors");
  const std::string before = read_file(folder / "predictions-rough.npy"),
                    real = read_file(folder / "predictions-A.npy");
  EXPECT_THAT(run("out").out, HasSubstr("finished: nothing to train"));
  const auto plan = [&] { return run_ersatz(arguments("plan", "out")).out; };
  EXPECT_THAT(plan(), HasSubstr("1 done"));

  study("[test.rough]\nsources = { A = \"all\" }\ntransform = [{ name = \"jpeg\", quality = 50 }]\n");
  EXPECT_THAT(plan(), Not(HasSubstr("1 done")));
  ASSERT_EQ(run("out").code, 0);
  EXPECT_EQ(fs::last_write_time(folder / "model.safetensors"), trained);
  EXPECT_NE(read_file(folder / "predictions-rough.npy"), before);
  EXPECT_EQ(read_file(folder / "predictions-A.npy"), real);
  EXPECT_EQ(run_ersatz({"check", (folder_ / "out").string(), "--study", (folder_ / "tiny.toml").string(), "--cache",
                        (folder_ / "cache").string()})
                .code,
            0);

  // The id of a run knows nothing of test sets, and one that is gone stays in its folder.
  study("");
  EXPECT_THAT(run("out").out, HasSubstr("finished: nothing to train"));
  EXPECT_EQ(run_folder("out"), folder);
  EXPECT_TRUE(fs::exists(folder / "predictions-rough.npy"));
}

// Pixels of one test set must not be shown beside what was said of another.
TEST_F(TestSets, OtherImagesThanWereTestedAreNotShown) {
  const std::string rough = "[test.rough]\nsources = { A = \"all\" }\ntransform = [{ name = \"jpeg\", quality = ";
  study(rough + "5 }]\n");
  ASSERT_EQ(run("out").code, 0);
  const std::string out = (folder_ / "out").string(), cache = (folder_ / "cache").string();
  const auto show = [&] {
    return run_ersatz({"show", out, "--misclassified", "*:*", "--test-on", "rough", "--study",
                       (folder_ / "tiny.toml").string(), "--cache", cache, "-o", (folder_ / "m.png").string()});
  };
  study(rough + "50 }]\n");
  EXPECT_THAT(show().err, HasSubstr("was tested on other images of test.rough"));
  // A pack of a study that no longer has the test set knows nothing of it.
  study("");
  ASSERT_EQ(run("out").code, 0);
  const std::string pack = (folder_ / "p.pack.tar.xz").string(), again = (folder_ / "again").string();
  ASSERT_EQ(run_ersatz({"pack", out, "-o", pack}).code, 0);
  ASSERT_EQ(run_ersatz({"unpack", pack, "-o", again}).code, 0);
  EXPECT_EQ(run_ersatz({"check", again}).code, 0);
  EXPECT_EQ(finished("again").front().tested_on, (std::vector<std::string>{"A", "B"}));
}

TEST_F(TestSets, ADamagedStoreIsMadeAnew) {
  study("[test.rough]\nsources = { A = \"all\" }\ntransform = [\"flip\"]\n");
  ASSERT_EQ(run("out").code, 0);
  fs::path store;
  for (const auto& entry : fs::directory_iterator(folder_ / "cache/stores")) {
    if (entry.path().filename().string().starts_with("changed-")) store = entry.path();
  }
  fs::resize_file(store, fs::file_size(store) - 1);
  const Outcome done = run("out");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("it is made anew"));
}

TEST_F(TestSets, LeaveOutCopiesWhereDuplicatesAreDropped) {
  testing::write_tiny_source(folder_ / "data", {"C", 8, 4, 2});  // 2 of 4 test images of each class are copies
  write_file(folder_ / "tiny.toml",
             std::string(kHead) + "[test.c]\nsources = { C = \"all\" }\ntransform = [\"flip\"]\n");
  ASSERT_EQ(run("all").code, 0);
  std::string text = read_file(folder_ / "tiny.toml");
  text.insert(text.find("[training]"), "drop_duplicates = true\n");
  write_file(folder_ / "tiny.toml", text);
  ASSERT_EQ(run("without").code, 0);
  const auto images = [&](const char* out) {
    const std::string list = read_file(folder_ / out / "data/c-test.csv");
    return std::count(list.begin(), list.end(), '\n') - 1;
  };
  EXPECT_EQ(images("all"), 12);
  EXPECT_EQ(images("without"), 6);
}

TEST_F(TestSets, MistakesAreFoundBeforeAnythingIsTrained) {
  const std::string file = (folder_ / "tiny.toml").string();
  EXPECT_THAT(refused_set("[test.x]\nsources = { Z = \"all\" }\n"),
              HasSubstr(file + ": test.x: the data have no source \"Z\""));
  EXPECT_THAT(refused_set("[test.B]\nsources = { A = \"all\" }\n"), HasSubstr("test.B: B is the name of a source"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = 19 }\n"),
              HasSubstr("test.x: 19 test images of A are asked for, but there are 18"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = [1, 2] }\n"), HasSubstr("has several amounts"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = 0 }\n"), HasSubstr("the test set holds no images"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = 0.01 }\n"),
              HasSubstr("test.x: there are no images to put together"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = 3 }\n[test.y]\nsources = { x = 1 }\n"),
              HasSubstr("test.y: the data have no source \"x\""));
  EXPECT_THAT(refused_set("[test.x]\n"), HasSubstr("test.x.sources: is missing"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = \"all\" }\ntransform = [\"jpg\"]\n"),
              HasSubstr(file + ":15: test.x.transform: there is no augmentation \"jpg\""));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = \"all\" }\naugment = [\"jpeg\"]\n"), HasSubstr("test.x.augment"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = \"all\" }\ntransform = [{ name = \"crop\", padding = 16 }]\n"),
              HasSubstr("test.x: crop: images of 16 x 16 pixels cannot be moved by 16"));
  EXPECT_THAT(refused_set("[test.x]\nsources = { A = 3 }\n[train.y]\nsources = { x = \"all\" }\n"),
              HasSubstr("train.y.sources names the source x"));
  std::string typo = kHead;
  typo.insert(typo.find("real"), "test_on = [\"A\", \"jpge\"]\n");
  EXPECT_THAT(refusal(typo + "[test.jpeg]\nsources = { A = 3 }\n"),
              HasSubstr("names jpge, which is neither a source nor a [test.jpge]\nhint: did you mean \"jpeg\"?"));
}

}  // namespace
}  // namespace ersatz
