#include "cluster/slurm_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/run_program.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::cluster {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

TEST(TimeLimit, IsReadAsSlurmReadsIt) {
  EXPECT_EQ(parse_time_limit("90"), seconds(5400));
  EXPECT_EQ(parse_time_limit("1:30"), seconds(90));
  EXPECT_EQ(parse_time_limit("12:00:00"), seconds(43200));
  EXPECT_EQ(parse_time_limit("2-12"), seconds(60 * 3600));
  EXPECT_EQ(parse_time_limit("2-12:30"), seconds(60 * 3600 + 1800));
  EXPECT_EQ(parse_time_limit("1-00:00:01"), seconds(86401));
  for (const char* wrong : {"", "0", "0:0", "1h", "1:2:3:4", "-1", "1-", "1-2:3:4:5", ":", "1:", " 1", "9999999"}) {
    EXPECT_THROW(parse_time_limit(wrong), Error) << wrong;
  }
}

TEST(TimeLimit, IsWrittenSo) {
  EXPECT_EQ(time_limit_text(seconds(5400)), "01:30:00");
  EXPECT_EQ(time_limit_text(seconds(2 * 86400 + 61)), "2-00:01:01");
  EXPECT_EQ(parse_time_limit(time_limit_text(seconds(100000))), seconds(100000));
}

TEST(ShellWords, AreWhatTheShellReads) {
  const std::vector<std::string> words{"printf",  "%s\\n", "plain-1.txt", "two words", "it's", "$HOME",
                                       "a\"b\\c", "",      "*",           "~"};
  const auto said = run_program({"bash", "-c", shell_line(words)}, std::chrono::seconds(20));
  EXPECT_EQ(said.out, "plain-1.txt\ntwo words\nit's\n$HOME\na\"b\\c\n\n*\n~\n");
  EXPECT_EQ(shell_quoted("/a/b-c_1.2=3"), "/a/b-c_1.2=3");
}

SlurmTask task_of(const testing::ScratchFolder& folder, const std::string& program) {
  SlurmTask task;
  task.job.name = "ersatz-x";
  task.job.log = "/out/a \"b\"/%A_%a.log";
  task.job.time = seconds(3600);
  task.job.cores = 2;
  task.job.megabytes = 512;
  task.parts = 30;
  task.notice = seconds(10);
  task.most_requeues = 3;
  write_file(folder / "a program", "#!/bin/bash\n" + program);
  std::filesystem::permissions(folder / "a program", std::filesystem::perms::owner_all);
  task.command = {(folder / "a program").string(), "run", "my study.toml"};
  return task;
}

// The task's script as Slurm would start it, with an `scontrol` that writes down what it is asked for.
ProgramOutput begin(const testing::ScratchFolder& folder, const SlurmTask& task, const std::string& before = "",
                    const std::string& restarts = "0") {
  write_file(folder / "task.sh", task_script(task));
  write_file(folder / "scontrol",
             "#!/bin/bash\necho \"$*\" >> '" + (folder / "asked").string() + "'\nkill -TERM $PPID\n");
  std::filesystem::permissions(folder / "scontrol", std::filesystem::perms::owner_all);
  const std::string line = "export PATH=" + shell_quoted(folder.path().string()) +
                           ":$PATH SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=4 SLURM_RESTART_COUNT=" + restarts + "; " +
                           before + "exec bash " + shell_quoted((folder / "task.sh").string()) + " 20";
  return run_program({"bash", "-c", line}, std::chrono::seconds(60));
}

TEST(TaskScript, AsksForWhatItNeeds) {
  const testing::ScratchFolder folder;
  SlurmTask task = task_of(folder, "");
  task.job.partition = "long";
  task.job.options = {"--account=me"};
  const std::string text = task_script(task);
  for (const char* line :
       {"#!/bin/bash\n#SBATCH --job-name=ersatz-x\n", "#SBATCH --output=\"/out/a \\\"b\\\"/%A_%a.log\"\n",
        "#SBATCH --open-mode=append\n", "#SBATCH --cpus-per-task=2\n", "#SBATCH --mem=512M\n",
        "#SBATCH --time=01:00:00\n", "#SBATCH --requeue\n", "#SBATCH --signal=B:USR1@10\n",
        "#SBATCH --partition=long\n", "#SBATCH --account=me\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(TaskScript, RunsItsPartAndEndsAsItDoes) {
  const testing::ScratchFolder folder;
  const auto done = begin(folder, task_of(folder, "echo \"got $*, memory $ERSATZ_MEMORY\"\nexit ${CODE:-0}\n"),
                          "export SLURM_MEM_PER_NODE=512;");
  EXPECT_EQ(done.end.exit_code, 0);
  EXPECT_THAT(done.out, HasSubstr("task 7_4"));
  EXPECT_THAT(done.out, HasSubstr("got run my study.toml --shard 24/30, memory 512M\n"));
  for (const int code : {1, 2, 137}) {
    const auto failed = begin(folder, task_of(folder, "exit $CODE\n"), "export CODE=" + std::to_string(code) + ";");
    EXPECT_EQ(failed.end.exit_code, code);
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "asked"));
}

// Half a second after its start, the script gets the signal that it waits for.
constexpr const char* kSavesAtUsr1 =
    "trap 'echo saved; exit 75' USR1\nkill -USR1 $PPID\nwhile true; do sleep 0.05; done\n";

TEST(TaskScript, SavesAtTheTimeLimitAndIsRequeued) {
  const testing::ScratchFolder folder;
  const auto stopped = begin(folder, task_of(folder, kSavesAtUsr1));
  EXPECT_TRUE(stopped.in_time);
  EXPECT_EQ(stopped.end.exit_code, 75);
  EXPECT_THAT(stopped.out, HasSubstr("saved\n"));
  EXPECT_EQ(read_file(folder / "asked"), "requeue 7_4\n");  // this task, not the array
}

TEST(TaskScript, IsRequeuedAlthoughSavingTakesTooLong) {
  const testing::ScratchFolder folder;
  const auto stopped = begin(folder, task_of(folder, "trap '' USR1\nkill -USR1 $PPID\nexec sleep 20\n"));
  EXPECT_EQ(stopped.end.exit_code, 75);
  EXPECT_THAT(stopped.out, HasSubstr("still saving"));
  EXPECT_EQ(read_file(folder / "asked"), "requeue 7_4\n");
}

TEST(TaskScript, IsNotRequeuedForEver) {
  const testing::ScratchFolder folder;
  const auto stopped = begin(folder, task_of(folder, kSavesAtUsr1), "", "3");
  EXPECT_EQ(stopped.end.exit_code, 75);
  EXPECT_THAT(stopped.out, HasSubstr("gives up"));
  EXPECT_FALSE(std::filesystem::exists(folder / "asked"));
}

TEST(TaskScript, EndsWellWhenItWasDoneAtTheTimeLimit) {
  const testing::ScratchFolder folder;
  const auto done =
      begin(folder, task_of(folder, "trap 'exit 0' USR1\nkill -USR1 $PPID\nwhile true; do sleep 0.05; done\n"));
  EXPECT_EQ(done.end.exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "asked"));
}

// Preemption: TERM comes to all processes, and the job must be there until Slurm takes it.
TEST(TaskScript, StaysAliveWhenItIsPreempted) {
  const testing::ScratchFolder folder;
  const SlurmTask task =
      task_of(folder, "trap 'echo saved; exit 75' USR1\nkill -TERM $PPID\nwhile true; do sleep 0.05; done\n");
  const auto killed = begin(folder, task, "(sleep 4; kill -KILL $$) & ");
  EXPECT_EQ(killed.end.signal, 9);
  EXPECT_THAT(killed.out, HasSubstr("saved\n"));
  EXPECT_THAT(killed.out, HasSubstr("waits until Slurm takes the job"));
  EXPECT_FALSE(std::filesystem::exists(folder / "asked"));
}

TEST(TaskScript, RefusesLineBreaks) {
  const testing::ScratchFolder folder;
  SlurmTask task = task_of(folder, "");
  task.command.emplace_back("a\nb");
  EXPECT_THROW(task_script(task), Error);
  task = task_of(folder, "");
  task.job.options = {"--comment=a\n#SBATCH --exclusive"};
  EXPECT_THROW(task_script(task), Error);
  EXPECT_THROW(command_script(task.job, {"x"}), Error);
}

TEST(LogPath, HasNothingThatSlurmReplaces) { EXPECT_EQ(log_path("/a/50%j/x"), "/a/50%%j/x"); }

}  // namespace
}  // namespace ersatz::cluster
