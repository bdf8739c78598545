#include "cluster/slurm_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"

namespace ersatz::cluster {
namespace {

void require_one_line(std::string_view text) {
  if (text.find_first_of("\n\r") != std::string_view::npos) {
    throw Error(fmt::format("\"{}\" has a line break: no job script can name it", text), "rename it");
  }
}

// A value of an #SBATCH line.
std::string quoted_value(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string head(const SlurmJob& job, std::string_view more) {
  std::string text = fmt::format(
      "#!/bin/bash\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --output={}\n"
      "#SBATCH --open-mode=append\n"
      "#SBATCH --nodes=1\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task={}\n"
      "#SBATCH --mem={}M\n"
      "#SBATCH --time={}\n"
      "{}",
      job.name, quoted_value(job.log), job.cores, job.megabytes, time_limit_text(job.time), more);
  if (!job.partition.empty()) text += fmt::format("#SBATCH --partition={}\n", job.partition);
  for (const std::string& option : job.options) text += fmt::format("#SBATCH {}\n", option);
  for (const std::string_view value : {std::string_view(job.log), std::string_view(job.partition)}) {
    require_one_line(value);
  }
  std::for_each(job.options.begin(), job.options.end(), require_one_line);
  return text;
}

// Slurm's own notice is its signals: USR1 comes to this script alone, before the time limit; TERM, when the job is
// cancelled or preempted, comes to all processes of the job.
constexpr std::string_view kTaskBody = R"sh(
say() {{ printf 'slurm: %(%F %T)T %s\n' -1 "$*"; }}

child= limit= taken=
trap 'limit=1; [ -z "$child" ] || kill -USR1 "$child" 2>/dev/null' USR1
trap 'taken=1; [ -z "$child" ] || kill -USR1 "$child" 2>/dev/null' TERM

part=$((${{1:-0}} + SLURM_ARRAY_TASK_ID))
task=${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID
restarts=${{SLURM_RESTART_COUNT:-0}}
# Memory that others have is not this task's.
[ "${{SLURM_MEM_PER_NODE:-0}}" = 0 ] || export ERSATZ_MEMORY=${{SLURM_MEM_PER_NODE}}M
say "task $task on ${{SLURMD_NODENAME:-?}}: part $part of {parts}, start $((restarts + 1))"

{command} --shard "$part/{parts}" &
child=$!
[ -z "$limit$taken" ] || kill -USR1 "$child"
wait "$child"  # until it ends, or a signal has come: then it saves
for ((second = 0; second < {grace}; second++)); do
  kill -0 "$child" 2>/dev/null || break
  sleep 1
done
if kill -0 "$child" 2>/dev/null; then
  say "ersatz is still saving"
else
  wait "$child"
  code=$?
  [ "$code" = 75 ] || exit "$code"
fi

if [ -n "$limit" ]; then
  if [ "$restarts" -ge {most} ]; then
    say "requeued $restarts times without an end: gives up. \`ersatz slurm\` submits again what is missing"
    exit 75
  fi
  say "the time limit is near: requeued"
  taken=
  scontrol requeue "$task" || exit 75
fi
# A job that ends by itself counts as done, and one that was preempted is not started again.
say "saved; waits until Slurm takes the job"
for ((second = 0; second < 600; second++)); do
  [ -z "$limit" ] || [ -z "$taken" ] || break
  sleep 1
done
exit 75
)sh";

}  // namespace

std::chrono::seconds parse_time_limit(std::string_view text) {
  const auto fail = [&]() -> Error {
    return Error(fmt::format("\"{}\" is no time limit", text),
                 "write minutes, HH:MM:SS, or D-HH:MM for days, as Slurm does");
  };
  std::string_view rest = text;
  const std::size_t dash = rest.find('-');
  std::vector<std::int64_t> numbers;
  const auto take = [&](std::string_view part) {
    constexpr std::size_t kDigits = 6;
    const bool digits = std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (part.empty() || part.size() > kDigits || !digits) throw fail();
    numbers.push_back(std::stoll(std::string(part)));
  };
  std::int64_t days = 0;
  if (dash != std::string_view::npos) {
    take(rest.substr(0, dash));
    days = numbers.back();
    numbers.clear();
    rest.remove_prefix(dash + 1);
  }
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find(':', begin), rest.size());
    take(rest.substr(begin, end - begin));
    begin = end + 1;
  }
  if (numbers.size() > 3) throw fail();
  // With days the first number is hours; else one is minutes, two are minutes and seconds.
  if (dash == std::string_view::npos && numbers.size() < 3) numbers.insert(numbers.begin(), 0);
  numbers.resize(3);
  const std::chrono::seconds limit{((days * 24 + numbers[0]) * 60 + numbers[1]) * 60 + numbers[2]};
  if (limit.count() == 0) throw fail();
  return limit;
}

std::string time_limit_text(std::chrono::seconds limit) {
  const auto all = limit.count();
  const auto days = all / 86400;
  const std::string time = fmt::format("{:02}:{:02}:{:02}", all / 3600 % 24, all / 60 % 60, all % 60);
  return days > 0 ? fmt::format("{}-{}", days, time) : time;
}

std::string shell_quoted(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + '\'';
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_quoted(word);
  return line;
}

std::string log_path(std::string_view path) {
  std::string text;
  for (const char c : path) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

std::string task_script(const SlurmTask& task) {
  std::for_each(task.command.begin(), task.command.end(), require_one_line);
  const std::string signals = fmt::format("#SBATCH --requeue\n#SBATCH --signal=B:USR1@{}\n", task.notice.count());
  return head(task.job, signals) +
         "# Written by `ersatz slurm`: one task of an array is one part of a study. $1: the parts before this "
         "array's.\n" +
         fmt::format(fmt::runtime(kTaskBody), fmt::arg("command", shell_line(task.command)),
                     fmt::arg("parts", task.parts),
                     fmt::arg("grace", std::max<std::int64_t>(task.notice.count() / 2, 1)),
                     fmt::arg("most", task.most_requeues));
}

std::string command_script(const SlurmJob& job, const std::vector<std::string>& command) {
  std::for_each(command.begin(), command.end(), require_one_line);
  return head(job, "") + "# Written by `ersatz slurm`.\nexec " + shell_line(command) + "\n";
}

}  // namespace ersatz::cluster
