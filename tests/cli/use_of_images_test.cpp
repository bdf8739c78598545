// A study whose training sets say how their images are used, from the file to the answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_ersatz;
using testing::StudyCommands;

constexpr const char* kArms =
    "[study]\nname = \"arms\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\nreal = \"A\"\ntest_on = [\"A\"]\n"
    "[data]\npath = \"data\"\n"
    "[training]\nsteps = 20\nbatch = 8\nprecision = \"f32\"\n"
    "[train.mix]\nsources = { A = [9, 30], B = [0, 24] }\n"
    "[train.half]\nsources = { A = 9, B = 24 }\ndraw = { A = 0.5, B = 0.5 }\n"
    "[train.less]\nsources = { A = 9, B = 24 }\nweight = { B = [1.0, 0.0] }\n"
    "[train.color]\nsources = { A = 9, B = 24 }\nmatch = \"color\"\n"
    "[train.rings]\nsources = { A = 9, B = 24 }\nmatch = \"spectrum\"\n"
    "[train.first]\nphases = [{ sources = { B = 24 }, share = 0.5 }, { sources = { A = 9 }, share = 0.5 }]\n"
    "[train.long]\nphases = [{ sources = { B = 24 }, steps = 15, weight = { B = 0.5 } },\n"
    "  { sources = { A = 9, B = 24 }, steps = 5, draw = { A = [0.5, 1.0], B = [0.5, 0.0] } }]\n";

// Without the line breaks of a terminal.
std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const char plain = c == '\n' ? ' ' : c;
    if (plain != ' ' || !line.ends_with(' ')) line += plain;
  }
  return line;
}

class UseOfImages : public StudyCommands {
 protected:
  UseOfImages() { write_file(folder_ / "tiny.toml", kArms); }
  std::string ok(const std::vector<std::string>& words) const {
    const Outcome done = run_ersatz(words);
    EXPECT_EQ(done.code, 0) << words[0] << ": " << done.err;
    return done.out;
  }
  std::string refused_set(const std::string& training_set, const std::vector<std::string>& more = {}) const {
    return refusal(
        "[study]\nname = \"no\"\nclassifiers = [\"nn\"]\n[data]\npath = \"data\"\n[train.x]\n" + training_set, more);
  }
};

TEST_F(UseOfImages, IsPlannedTrainedToldAndPacked) {
  EXPECT_THAT(ok(arguments("plan", "out")), HasSubstr("20 runs"));
  const Outcome done = run("out");
  ASSERT_EQ(done.code, 0) << done.err;
  const auto runs = finished("out");
  ASSERT_EQ(runs.size(), 20U);
  std::set<std::string> settings;
  for (const study::RunRecord& one : runs) {
    const Json value = read_json(study::run_file(one.folder)).at("settings");
    for (const char* key : {"draw", "weight", "match", "phases"}) {
      if (value.contains(key)) settings.insert(key);
    }
    EXPECT_EQ(one.source_images.size(), one.spec.train_on.sources.size());
  }
  EXPECT_EQ(settings.size(), 4U);

  const std::string out = (folder_ / "out").string();
  EXPECT_THAT(ok({"status", out}), HasSubstr("20 done"));
  EXPECT_THAT(ok({"check", out, "--study", (folder_ / "tiny.toml").string(), "--cache", (folder_ / "cache").string()}),
              HasSubstr("nothing is damaged"));
  const std::string told = ok({"answer", out});
  const std::string flat = on_one_line(told);
  EXPECT_THAT(flat, HasSubstr("Ways to use the same images, NN with 9 A and 24 B, against the A images alone: mixed "));
  for (const char* how : {"half and half ", "B weighted 1 to 0 ", "color matched ", "spectrum matched ", "B first "}) {
    EXPECT_THAT(flat, HasSubstr(how));
  }
  EXPECT_THAT(read_file(folder_ / "out/tables/worth-A.md"), HasSubstr("| 24 B, half and half "));
  EXPECT_TRUE(fs::exists(folder_ / "out/figures/mixtures_A.svg"));
  EXPECT_THAT(read_file(folder_ / "out/report.html"), HasSubstr("half and half"));

  const std::string pack = (folder_ / "arms.pack.tar.xz").string();
  ok({"pack", out, "-o", pack});
  EXPECT_EQ(ok({"answer", pack}), told);

  // A second run finds all of them.
  EXPECT_THAT(run("out").out, HasSubstr("all 20 runs are finished: nothing to train"));
}

TEST_F(UseOfImages, KilledAndRunAgainEndsBitIdentical) {
  ASSERT_EQ(run("whole").code, 0);
  {
    testing::Program program(arguments("run", "parts", {"--jobs", "1"}));
    ASSERT_TRUE(program.wait_for("part 3/10"));
    program.process().signal(SIGKILL);
    program.finish();
  }
  ASSERT_EQ(run("parts").code, 0);
  std::set<std::string> ids;
  for (const study::RunRecord& one : finished("whole")) {
    ids.insert(one.id());
    for (const char* name : {"model.safetensors", "predictions-A.npy"}) {
      EXPECT_EQ(read_file(folder_ / "parts/runs" / one.id() / name), read_file(one.folder / name)) << one.id();
    }
  }
  EXPECT_EQ(ids.size(), 20U);
}

TEST_F(UseOfImages, MistakesAreFoundBeforeAnythingIsTrained) {
  const std::string file = (folder_ / "tiny.toml").string();
  EXPECT_THAT(refused_set("sources = { A = 9, B = 24 }\ndraw = { A = 0.5, B = 0.6 }\n"),
              HasSubstr(file + ":8: train.x.draw: the shares must add up to 1, but add up to 1.1"));
  EXPECT_THAT(refused_set("phases = [{ sources = { A = 9 }, share = 0.5 }, { sources = { B = 9 }, share = 0.5 }]\n"),
              HasSubstr(file + ":7: train.x.phases: they need a budget of steps"));
  EXPECT_THAT(refused_set("phases = [{ sources = { A = 9 }, steps = 5 }, { sources = { B = 9 }, steps = 6 }]\n",
                          {"--steps", "30"}),
              HasSubstr("train.x.phases: they have 11 steps together, but 30 are asked for"));
  EXPECT_THAT(refused_set("sources = { B = 9 }\nmatch = \"color\"\n"),
              HasSubstr("train.x.match: the training set holds no"));
}

constexpr const char* kVerified =
    "[study]\nname = \"kept\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\nreal = \"A\"\ntest_on = [\"A\"]\n"
    "[data]\npath = \"data\"\n"
    "[training]\nsteps = 20\nbatch = 8\nprecision = \"f32\"\n"
    "[train.mix]\nsources = { A = 12, B = [0, 24] }\n"
    "[train.agreed]\nsources = { A = 12, B = 24 }\nkeep = { B = { by = \"agreement\", share = 0.5, verifier = \"nn\" } "
    "}\n"
    "[train.near]\nsources = { A = 12, B = 24 }\nkeep = { B = { by = \"nearest\", share = 0.5, verifier = \"nn\" } }\n"
    "[train.taught]\nsources = { A = 12, B = 24 }\nlabels = { teacher = { verifier = \"nn\" } }\n";

class VerifiedStudy : public UseOfImages {
 protected:
  VerifiedStudy() { write_file(folder_ / "tiny.toml", kVerified); }
  std::vector<std::string> in_verifiers() const {
    std::vector<std::string> names;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache/verifiers", code)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

// mix of two amounts, agreed, agreed-random, near, taught; two seeds.
TEST_F(VerifiedStudy, IsPlannedTrainedAndTold) {
  const std::string plan = ok(arguments("plan", "out"));
  EXPECT_THAT(plan, HasSubstr("12 runs"));
  EXPECT_THAT(plan, HasSubstr("agreed-random"));
  const Outcome done = run("out", {"--jobs", "2"});
  ASSERT_EQ(done.code, 0) << done.err;
  for (const study::RunRecord& one : finished("out")) {
    const Json value = read_json(study::run_file(one.folder));
    const bool kept = value.at("settings").contains("keep");
    EXPECT_EQ(kept, one.spec.train_on.name == "agreed" || one.spec.train_on.name == "agreed-random" ||
                        one.spec.train_on.name == "near");
    if (!kept) continue;
    EXPECT_EQ(value.at("source_images").at("B").get<int>(), 12) << one.id();
  }
  EXPECT_EQ(in_verifiers().size(), 2U) << "one for each seed, and nothing beside them";
  const std::string flat = on_one_line(ok({"answer", (folder_ / "out").string()}));
  EXPECT_THAT(flat, HasSubstr("Beside 12 A images, those that a verifier kept against as many at random"));
  EXPECT_THAT(flat, HasSubstr("NN with 12 B (.5 of B kept by agreement of nn) "));
  EXPECT_THAT(flat, HasSubstr("NN with 12 B (.5 of B kept by nearest of nn) "));
  EXPECT_THAT(flat, HasSubstr("labels of a teacher, nn "));
  EXPECT_THAT(read_file(folder_ / "out/tables/worth-A.md"), HasSubstr("| 12 B, .5 of B kept by agreement of nn |"));
  EXPECT_THAT(read_file(folder_ / "out/report.html"), HasSubstr("kept by agreement"));

  const std::string cache = (folder_ / "cache").string();
  EXPECT_THAT(ok({"cache", "list", "--cache", cache}), HasSubstr("verifiers       2 files"));
  ok({"cache", "clean", "--all", "--cache", cache});
  EXPECT_FALSE(fs::exists(folder_ / "cache/verifiers"));
}

// A tiny verifier learns for less than a second. So a worker that is seen learning is stopped first and looked at
// again: the kill comes while it learns.
TEST_F(VerifiedStudy, KilledWhileAVerifierLearnsItEndsBitIdentical) {
  ASSERT_EQ(run("whole").code, 0);
  ASSERT_EQ(run_ersatz({"cache", "clean", "--all", "--cache", (folder_ / "cache").string()}).code, 0);
  {
    testing::Program program(arguments("run", "parts", {"--jobs", "1"}));
    const auto learns = [&] {
      return std::ranges::any_of(in_verifiers(), [](const std::string& name) { return name.ends_with(".part"); });
    };
    const auto stopped_while_it_learns = [&] {
      if (!learns()) return false;
      const std::vector<pid_t> workers = program.children();
      for (const pid_t worker : workers) ::kill(worker, SIGSTOP);
      if (!workers.empty() && learns()) return true;
      for (const pid_t worker : workers) ::kill(worker, SIGCONT);
      return false;
    };
    bool caught = false;
    for (int tries = 0; tries < 60'000 && !caught; ++tries) {
      caught = stopped_while_it_learns();
      if (!caught) ::usleep(1000);
    }
    EXPECT_TRUE(caught);
    program.process().signal(SIGKILL);
    program.finish();
  }
  EXPECT_THAT(ok({"cache", "list", "--cache", (folder_ / "cache").string()}), HasSubstr("unfinished"));
  ASSERT_EQ(run("parts").code, 0);
  std::set<std::string> ids;
  for (const study::RunRecord& one : finished("whole")) {
    ids.insert(one.id());
    for (const char* name : {"model.safetensors", "predictions-A.npy"}) {
      EXPECT_EQ(read_file(folder_ / "parts/runs" / one.id() / name), read_file(one.folder / name)) << one.id();
    }
  }
  EXPECT_EQ(ids.size(), 12U);
  EXPECT_EQ(in_verifiers().size(), 2U);
}

TEST_F(VerifiedStudy, MistakesAreFoundBeforeAnythingIsTrained) {
  const std::string file = (folder_ / "tiny.toml").string();
  const std::string keep = "keep = { B = { by = \"agreement\", share = 0.5 } }\n";
  EXPECT_THAT(refused_set("sources = { B = 24 }\n" + keep),
              HasSubstr(file + ":8: train.x.keep: the training set holds no"));
  EXPECT_THAT(refused_set("sources = { A = 4, B = 24 }\n" + keep), HasSubstr("a verifier needs two of each class"));
  EXPECT_THAT(refused_set("sources = { A = 9, B = 24 }\nkeep = { B = { by = \"agreement\", share = 2.0 } }\n"),
              HasSubstr(file + ":8: train.x.keep.B.share: must be more than 0 and less than 1, but is 2"));
}

}  // namespace
}  // namespace ersatz
