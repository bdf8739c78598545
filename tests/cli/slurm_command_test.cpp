#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// With Slurm's commands replaced by scripts that write down what they are asked for. scripts/slurm-test has the real
// ones.
class SlurmCommand : public StudyCommands {
 protected:
  SlurmCommand() : path_(std::getenv("PATH")) {
    fs::create_directories(folder_ / "bin");
    ::setenv("PATH", ((folder_ / "bin").string() + ":" + path_).c_str(), 1);
    // Job numbers from 101; the second argument is the array.
    program("sbatch", "echo \"$*\" >> '" + (folder_ / "submitted").string() + "'\nn=$(wc -l < '" +
                          (folder_ / "submitted").string() + "')\necho $((100 + n))\n");
    program("squeue", "echo \"slurm_load_jobs error: Invalid job id specified\" >&2; exit 1\n");
    program("scontrol", "echo 'MaxArraySize            = 1001'\n");
  }
  ~SlurmCommand() override { ::setenv("PATH", path_.c_str(), 1); }

  void program(const std::string& name, const std::string& text) const {
    write_file(folder_ / "bin" / name, "#!/bin/bash\n" + text);
    fs::permissions(folder_ / "bin" / name, fs::perms::owner_all);
  }
  Outcome slurm(const std::string& out, const std::vector<std::string>& more = {}) const {
    return run_ersatz(arguments("slurm", out, more));
  }
  std::string submitted() const {
    return fs::exists(folder_ / "submitted") ? read_file(folder_ / "submitted") : std::string();
  }
  std::string tasks_script(const std::string& out) const { return read_file(study::slurm_tasks_file(folder_ / out)); }

  std::string path_;
};

TEST_F(SlurmCommand, WritesScriptsAndSaysWhatToType) {
  const Outcome done = slurm("an out", {"--pack", "1", "--time", "30", "--partition", "long", "--sbatch=--account=me"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("study tiny: 2 runs, in 2 tasks\n"));
  const std::string folder = (folder_ / "an out").string();
  EXPECT_THAT(done.out, HasSubstr("job1=$(sbatch --parsable --array=1-2 '" + folder + "/slurm/tasks.sh' 0)\n"));
  EXPECT_THAT(done.out, HasSubstr("sbatch --dependency=afterany:${job1%%;*} '" + folder + "/slurm/report.sh'\n"));
  EXPECT_EQ(submitted(), "");
  const std::string script = tasks_script("an out");
  for (const std::string& line :
       {std::string("#SBATCH --time=00:30:00\n"), std::string("#SBATCH --partition=long\n"),
        std::string("#SBATCH --account=me\n"), "#SBATCH --output=\"" + folder + "/slurm/%A_%a.log\"\n",
        std::string(ERSATZ_BINARY) + " run " + (folder_ / "tiny.toml").string() + " --out '" + folder + "' --cache " +
            (folder_ / "cache").string() + " --jobs 1 --shard \"$part/2\""}) {
    EXPECT_THAT(script, HasSubstr(line));
  }
  EXPECT_THAT(read_file(study::slurm_report_file(folder_ / "an out")),
              HasSubstr(" report '" + folder + "' --study " + (folder_ / "tiny.toml").string() + " --cache " +
                        (folder_ / "cache").string() + "\n"));
  const Outcome now = status("an out");
  EXPECT_EQ(now.code, 0) << now.err;
  EXPECT_THAT(now.out, HasSubstr("2 missing of 2 runs"));
  EXPECT_THAT(now.out, Not(HasSubstr("Slurm")));
}

TEST_F(SlurmCommand, PassesOnWhatChangesTheStudy) {
  const Outcome done =
      slurm("out", {"--data", (folder_ / "data").string(), "--seeds", "1,2", "--epochs", "3", "--limit", "4", "--size",
                    "16", "--precision", "f32", "--skip-broken", "--jobs", "2", "--replace", "lenet=nn"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(tasks_script("out"),
              HasSubstr(" --data " + (folder_ / "data").string() +
                        " --size 16 --skip-broken --limit 4 --epochs 3 --precision f32 --seeds 1,2 --replace lenet=nn "
                        "--jobs 2 --shard \"$part/1\""));
  EXPECT_THAT(tasks_script("out"), HasSubstr("#SBATCH --cpus-per-task=2\n"));
  // Little work: one task of all runs.
  EXPECT_THAT(done.out, HasSubstr("4 runs, in 1 task of 4 runs\n"));
}

TEST_F(SlurmCommand, SubmitsAndAsksTheQueue) {
  const Outcome done = slurm("out", {"--pack", "1", "--array-limit", "1", "--submit"});
  ASSERT_EQ(done.code, 0) << done.err;
  const std::string folder = study::slurm_folder(folder_ / "out").string();
  EXPECT_EQ(submitted(), "--parsable --array=1-2%1 " + folder + "/tasks.sh 0\n--parsable --dependency=afterany:101 " +
                             folder + "/report.sh\n");
  EXPECT_THAT(done.out, HasSubstr("submitted 2 tasks as job 101\n"));
  const Json jobs = read_json(study::slurm_jobs_file(folder_ / "out"));
  EXPECT_EQ(jobs.dump(), R"({"name":"ersatz-tiny","arrays":[{"job":"101","tasks":"1-2"}],"report":"102"})");

  program("squeue",
          "[[ \"$*\" == *' -j 101,102' ]] || exit 2\n"
          "echo '101_[2%1]|PENDING|JobArrayTaskLimit|ersatz-tiny'\necho '101_1|RUNNING|None|ersatz-tiny'\n"
          "echo '102|PENDING|Dependency|ersatz-tiny'\n");
  const Outcome now = status("out");
  EXPECT_EQ(now.code, 0) << now.err;
  EXPECT_THAT(now.out,
              HasSubstr("Slurm, jobs 101 and 102: 1 of 2 tasks wait, 1 run, 0 have ended; the report waits for "
                        "them\n  101_[2%1] pending (JobArrayTaskLimit)\n  101_1 running\n"));
  const Json state = parse_json(run_ersatz({"status", (folder_ / "out").string(), "--json"}).out).at("slurm");
  EXPECT_EQ(state.at("waiting"), 1);
  EXPECT_EQ(state.at("running"), 1);
  EXPECT_EQ(state.at("ended"), 0);
  EXPECT_EQ(state.at("report_in_queue"), true);
  EXPECT_EQ(state.at("queue").at(0).at("id"), "101_[2%1]");

  const Outcome again = slurm("out", {"--submit"});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("tasks of this study are in the queue: 1 waiting, 1 running (jobs 101 and 102)"));
  EXPECT_THAT(again.err, HasSubstr("scancel 101 102"));
  EXPECT_EQ(slurm("out").code, 0);  // writing is no harm

  // Another's jobs of these numbers are none of ours, and neither are those that Slurm has forgotten.
  program("squeue", "echo '101_1|RUNNING|None|another'\n");
  EXPECT_THAT(status("out").out, HasSubstr("0 of 2 tasks wait, 0 run, 2 have ended\nno task is left for 2 runs"));
  program("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1\n");
  EXPECT_THAT(status("out").out, HasSubstr("2 have ended"));
  program("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1\n");
  EXPECT_THAT(status("out").out, HasSubstr("not known, because squeue: Unable to contact slurm controller\n"));
  EXPECT_EQ(slurm("out", {"--submit"}).code, 2);
  fs::remove(folder_ / "bin" / "squeue");
}

TEST_F(SlurmCommand, SeveralArraysWhereTheirSizeIsSmall) {
  program("scontrol", "echo 'MaxArraySize            = 3'\n");
  const Outcome done = slurm("out", {"--pack", "1", "--time", "30", "--seeds", "1,2,3", "--submit"});
  ASSERT_EQ(done.code, 0) << done.err;
  const std::string folder = study::slurm_folder(folder_ / "out").string();
  std::string wanted;
  for (const char* before : {"0", "2", "4"})
    wanted += "--parsable --array=1-2 " + folder + "/tasks.sh " + before + "\n";
  EXPECT_EQ(submitted(), wanted + "--parsable --dependency=afterany:101:102:103 " + folder + "/report.sh\n");
  // With a limit for all of them one array comes after the other.
  const Outcome said = slurm("out", {"--pack", "1", "--time", "30", "--seeds", "1,2,3", "--array-limit", "2"});
  EXPECT_THAT(said.out, HasSubstr("job2=$(sbatch --parsable --array=1-2%2 --dependency=afterany:${job1%%;*} " + folder +
                                  "/tasks.sh 2)"));
}

TEST_F(SlurmCommand, SaysWhatSlurmRefuses) {
  program("sbatch",
          "echo 'sbatch: error: invalid partition specified: lnog' >&2\n"
          "echo 'sbatch: error: Batch job submission failed: Invalid partition name specified' >&2\nexit 1\n");
  const Outcome typo = slurm("out", {"--partition", "lnog", "--submit"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err,
              HasSubstr("Slurm refuses the job: Batch job submission failed: Invalid partition name specified\n"
                        "hint: `sinfo -s` lists the partitions"));
  EXPECT_FALSE(fs::exists(study::slurm_jobs_file(folder_ / "out")));

  program("sbatch",
          "echo \"sbatch: unrecognized option '--no-such'\" >&2\n"
          "echo 'Try \"sbatch --help\" for more information' >&2\nexit 255\n");
  EXPECT_THAT(slurm("out", {"--sbatch=--no-such", "--submit"}).err, HasSubstr("unrecognized option '--no-such'\n"));

  program("scontrol", "echo 'MaxArraySize            = 2'\n");
  program(
      "sbatch",
      "case \"$*\" in *tasks.sh\\ 1) echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1;; esac\necho 7\n");
  const Outcome half = slurm("out", {"--pack", "1", "--submit"});
  EXPECT_EQ(half.code, 2);
  EXPECT_THAT(half.err,
              HasSubstr("only 1 of 2 arrays are submitted. Slurm refuses the job: QOSMaxSubmitJobPerUserLimit"));
  EXPECT_THAT(half.err, HasSubstr("the same command submits the rest"));
  EXPECT_EQ(read_json(study::slurm_jobs_file(folder_ / "out")).at("report"), "7");
}

TEST_F(SlurmCommand, RefusesWhatCannotBe) {
  for (const auto& [more, text] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--array-limit", "0"}, "--array-limit"},
           {{"--pack", "0"}, "--pack"},
           {{"--time", "1h"}, "\"1h\" is no time limit"},
           {{"--time", "1"}, "tasks are told 120 s before their time limit to save"},
           {{"--sbatch=--comment=a\nb"}, "line break"}}) {
    const Outcome refused = slurm("out", more);
    EXPECT_EQ(refused.code, 2) << text;
    EXPECT_THAT(refused.err, HasSubstr(text));
  }
  ::setenv("PATH", (folder_ / "none").c_str(), 1);
  const Outcome without = slurm("out", {"--submit"});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("there is no sbatch in PATH"));
  EXPECT_FALSE(fs::exists(study::slurm_folder(folder_ / "out")));
}

TEST_F(SlurmCommand, SubmitsOnlyWhatIsLeft) {
  ASSERT_EQ(run("out").code, 0);
  const Outcome nothing = slurm("out", {"--submit"});
  EXPECT_EQ(nothing.code, 0) << nothing.err;
  EXPECT_EQ(nothing.out, "study tiny: all 2 runs are finished: nothing to submit\n");
  EXPECT_FALSE(fs::exists(study::slurm_folder(folder_ / "out")));

  const std::vector<study::RunRecord> runs = finished("out");
  fs::remove_all(runs.back().folder);
  const Outcome one = slurm("out", {"--pack", "1", "--submit"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("1 of 2 runs are left, in 1 task\n"));
  const Outcome report = run_ersatz({"report", (folder_ / "out").string()});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("1 of 2 runs is missing: " + runs.back().id()));
}

}  // namespace
}  // namespace ersatz::testing
