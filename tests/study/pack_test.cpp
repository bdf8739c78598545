// Packs: what comes out is what went in, and nothing else gets in.

#include "study/pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/npy_integers.hpp"
#include "stats/classification.hpp"
#include "study/check.hpp"
#include "study/output_layout.hpp"
#include "study/predicted.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

class Pack : public ::testing::Test {
 protected:
  Pack() {
    study_.seeds = {1, 2};
    study_.test_on = study_.sources;
    study_.write();
  }

  PackSummary pack(const fs::path& from, const std::string& name, bool probabilities = false) const {
    return write_pack(from, folder_ / name, {probabilities});
  }
  void change(const fs::path& file, const std::function<void(Json&)>& how) const {
    Json value = read_json(file);
    how(value);
    write_json(file, value);
  }

  FakeStudy study_;
  testing::ScratchFolder folder_;
};

TEST_F(Pack, HoldsWhatTablesAreMadeOf) {
  const PackSummary packed = pack(study_.folder(), "p");
  EXPECT_EQ(packed.study, "fake-study");
  EXPECT_EQ(packed.runs, 8U);
  EXPECT_EQ(packed.unfinished + packed.others + packed.damaged.size(), 0U);
  EXPECT_EQ(packed.bytes, fs::file_size(folder_ / "p"));
  EXPECT_EQ(unpack(folder_ / "p", folder_ / "out"), "fake-study");
  EXPECT_THAT(names_in(folder_ / "out"), ElementsAre("data", "runs", "study.json"));
  for (const char* file : {"study.json", "data/REAL-test.csv", "data/FAKE-test.csv"}) {
    EXPECT_EQ(read_file(folder_ / "out" / file), read_file(study_.folder() / file));
  }
  const FinishedRuns before = read_finished_runs(study_.folder()), after = read_finished_runs(folder_ / "out");
  ASSERT_EQ(after.runs.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    const RunRecord& run = after.runs[i];
    EXPECT_EQ(run.id(), before.runs[i].id());
    EXPECT_THAT(names_in(run.folder), ElementsAre("classes-FAKE.npy", "classes-REAL.npy", "history.csv", "run.json"));
    EXPECT_EQ(read_file(run.folder / "history.csv"), read_file(before.runs[i].folder / "history.csv"));
    for (const std::string source : {"REAL", "FAKE"}) {
      EXPECT_EQ(read_predicted(run, source, 10).classes,
                stats::argmax_rows(read_npy(before.runs[i].folder / ("predictions-" + source + ".npy"))));
    }
    for (const auto& [name, hash] : run.sha256) {
      EXPECT_EQ(hash, to_hex(sha256(read_file(run.folder / name)))) << name;
    }
    EXPECT_THAT(run.sha256, SizeIs(3));
  }
}

TEST_F(Pack, TheRecordIsWhatItWasButForTheHashesOfItsFiles) {
  const fs::path run = study_.run_folder(0);
  write_file(run / "model_card.txt", "a card");
  change(run / "run.json", [&](Json& value) {
    value["of a later version"] = 1.5;
    value["sha256"] = {{"model.safetensors", "11"},
                       {"model_card.txt", to_hex(sha256("a card"))},
                       {"predictions-REAL.npy", to_hex(sha256(read_file(run / "predictions-REAL.npy")))}};
  });
  pack(study_.folder(), "p");
  unpack(folder_ / "p", folder_ / "out");
  const fs::path now = folder_ / "out/runs" / run.filename();
  Json before = read_json(run / "run.json"), after = read_json(now / "run.json");
  const Json expected{
      {"sha256", {{"model.safetensors", "11"}, {"predictions-REAL.npy", before["sha256"]["predictions-REAL.npy"]}}}};
  EXPECT_EQ(after["packed"], expected);
  EXPECT_THAT(after["sha256"], SizeIs(4));
  for (Json* value : {&before, &after}) {
    value->erase("sha256");
    value->erase("packed");
  }
  EXPECT_EQ(before, after);
  EXPECT_EQ(read_file(now / "model_card.txt"), "a card");
}

TEST_F(Pack, HasTheSameBytesForTheSameFolderAndWhatComesOutOfIt) {
  pack(study_.folder(), "one");
  fs::last_write_time(study_.folder() / "study.json", fs::file_time_type::clock::now() - std::chrono::hours(30));
  pack(study_.folder(), "two");
  EXPECT_EQ(read_file(folder_ / "one"), read_file(folder_ / "two"));
  unpack(folder_ / "one", folder_ / "out");
  pack(folder_ / "out", "three");
  EXPECT_EQ(read_file(folder_ / "one"), read_file(folder_ / "three"));
  pack(study_.folder(), "full", true);
  unpack(folder_ / "full", folder_ / "full-out");
  EXPECT_EQ(pack(folder_ / "full-out", "full-again", true).without_probabilities, 0U);
  EXPECT_EQ(read_file(folder_ / "full"), read_file(folder_ / "full-again"));
  pack(folder_ / "full-out", "four");
  EXPECT_EQ(read_file(folder_ / "one"), read_file(folder_ / "four"));
  EXPECT_EQ(pack(folder_ / "out", "five", true).without_probabilities, 8U) << "they are gone, and it is said";
}

TEST_F(Pack, RoundsProbabilitiesWhereTheyAreAskedFor) {
  pack(study_.folder(), "p", true);
  unpack(folder_ / "p", folder_ / "out");
  const fs::path run = folder_ / "out/runs" / study_.run_folder(0).filename();
  const Matrix exact = read_npy(study_.run_folder(0) / "predictions-REAL.npy"),
               rounded = read_npy(run / "probabilities-REAL.npy");
  ASSERT_EQ(rounded.values.size(), exact.values.size());
  for (std::size_t i = 0; i < exact.values.size(); ++i) {
    EXPECT_NEAR(rounded.values[i], exact.values[i], exact.values[i] * 0x1p-11);
  }
  EXPECT_THAT(check_folder(folder_ / "out").damages, IsEmpty());
}

TEST_F(Pack, KeepsWhichImagesHaveNoNumbers) {
  const fs::path file = study_.run_folder(0) / "predictions-REAL.npy";
  Matrix matrix = read_npy(file);
  matrix.values[5 * 10 + 7] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t c = 0; c < 10; ++c) matrix.values[6 * 10 + c] = std::numeric_limits<float>::quiet_NaN();
  write_npy(file, matrix);
  const RunRecord before = read_run_record(study_.run_folder(0));
  pack(study_.folder(), "p");
  unpack(folder_ / "p", folder_ / "out");
  const RunRecord after = read_run_record(folder_ / "out/runs" / before.id());
  const Predicted was = read_predicted(before, "REAL", 10), is = read_predicted(after, "REAL", 10);
  EXPECT_EQ(was.not_numbers, 2U);
  EXPECT_EQ(is.not_numbers, 2U);
  EXPECT_EQ(is.classes, was.classes);
  EXPECT_EQ(is.classes, stats::argmax_rows(matrix));
  EXPECT_EQ(read_npy_integers(after.folder / "classes-REAL.npy")[6], -1);
}

TEST_F(Pack, LeavesOutWhatIsDamagedOrNotFinishedAndTakesWhatIsNotAskedForAnyMore) {
  fs::remove_all(study_.run_folder(0));
  write_file(study_.run_folder(1) / "history.csv", "round,lo");
  change(study_.folder() / "study.json", [&](Json& value) { value["runs"].erase(7); });
  const PackSummary packed = pack(study_.folder(), "p");
  EXPECT_EQ(packed.runs, 6U);
  EXPECT_EQ(packed.others, 1U);
  EXPECT_EQ(packed.unfinished, 1U);
  ASSERT_THAT(packed.damaged, SizeIs(1));
  EXPECT_EQ(packed.damaged[0].id, study_.run_folder(1).filename());
  EXPECT_THAT(packed.damaged[0].reason, HasSubstr("history.csv"));
  for (std::size_t i = 2; i < 8; ++i) fs::remove_all(study_.run_folder(i));
  EXPECT_THROW(pack(study_.folder(), "q"), Error) << "nothing is left to pack";
  EXPECT_FALSE(fs::exists(folder_ / "q"));
}

TEST_F(Pack, OverwritesPacksAlone) {
  pack(study_.folder(), "p");
  EXPECT_TRUE(is_pack(folder_ / "p"));
  EXPECT_EQ(study_of_pack(folder_ / "p"), "fake-study");
  pack(study_.folder(), "p");
  write_file(folder_ / "mine", "a text");
  EXPECT_FALSE(is_pack(folder_ / "mine"));
  EXPECT_THROW(pack(study_.folder(), "mine"), Error);
  EXPECT_EQ(read_file(folder_ / "mine"), "a text");
}

TEST_F(Pack, IsUnpackedIntoNewAndEmptyFoldersAlone) {
  pack(study_.folder(), "p");
  fs::create_directories(folder_ / "out");
  unpack(folder_ / "p", folder_ / "out");
  EXPECT_THROW(unpack(folder_ / "p", folder_ / "out"), Error);
  EXPECT_THROW(unpack(folder_ / "p", folder_ / "p"), Error);
  // What a kill left is deleted by the next.
  write_file(folder_ / "p2", "");
  fs::create_directories(folder_ / ".new.unpacking/runs/x");
  write_file(folder_ / ".new.unpacking-lock", "");
  unpack(folder_ / "p", folder_ / "new/");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("new", "out", "p", "p2"));
  unpack(folder_ / "p", folder_ / "far/away");
  EXPECT_THAT(names_in(folder_ / "far"), ElementsAre("away"));
}

TEST_F(Pack, IsReadInPlaceOfItsFolder) {
  pack(study_.folder(), "p");
  fs::path unpacked;
  {
    const FolderOrPack opened(folder_ / "p");
    unpacked = opened.path();
    EXPECT_THAT(check_folder(unpacked).damages, IsEmpty());
  }
  EXPECT_FALSE(fs::exists(unpacked));
  EXPECT_EQ(FolderOrPack(study_.folder()).path(), study_.folder());
  EXPECT_TRUE(fs::exists(study_.folder()));
  try {
    read_study_record(folder_ / "p");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("p is a pack, not an output folder"));
    EXPECT_THAT(error.hint(), HasSubstr("ersatz unpack"));
  }
}

TEST_F(Pack, ChecksSayWhatIsWrongWithPackedRuns) {
  pack(study_.folder(), "p", true);
  unpack(folder_ / "p", folder_ / "out");
  const FolderCheck whole = check_folder(folder_ / "out");
  EXPECT_THAT(whole.damages, IsEmpty());
  EXPECT_EQ(whole.packed, 8U);
  EXPECT_EQ(whole.not_recorded, 0U);
  const fs::path run = read_finished_runs(folder_ / "out").runs.front().folder;
  const StudyRecord study = read_study_record(folder_ / "out");
  const auto state = [&](const std::vector<std::string>& test_on) {
    return run_status(folder_ / "out", run.filename(), test_on, whole_predictions(folder_ / "out", study));
  };
  EXPECT_EQ(state({"REAL", "FAKE"}).state, RunState::finished);
  const RunStatus other = state({"REAL", "OTHER"});
  EXPECT_EQ(other.state, RunState::untested);
  EXPECT_FALSE(other.trained) << "it is made anew";
  EXPECT_THAT(other.reason, HasSubstr("packed without its weights, and is not tested on OTHER"));
  const std::string bytes = read_file(run / "classes-REAL.npy");
  write_file(run / "classes-REAL.npy", bytes.substr(0, bytes.size() - 1));
  EXPECT_EQ(state({"REAL"}).state, RunState::damaged);
  EXPECT_FALSE(state({"REAL"}).trained);
  const FolderCheck found = check_folder(folder_ / "out");
  ASSERT_THAT(found.damages, SizeIs(1));
  EXPECT_EQ(found.damages[0].what, "its SHA-256 is not the one in run.json");
  EXPECT_THAT(found.damages[0].remedy, HasSubstr("delete " + run.string() + ", then run again"));
}

}  // namespace
}  // namespace ersatz::study
