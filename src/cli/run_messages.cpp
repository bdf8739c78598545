#include "cli/run_messages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analysis/real_source.hpp"
#include "base/columns.hpp"
#include "base/text.hpp"
#include "cli/ladder_text.hpp"
#include "cli/stages_text.hpp"
#include "cli/terminal.hpp"
#include "cluster/slurm_script.hpp"
#include "models/classifier.hpp"
#include "study/output_layout.hpp"

namespace ersatz::cli {
namespace {

// Those without weights make no runs.
std::vector<std::string> classifiers_of(const study::Plan& plan) {
  std::vector<std::string> titles;
  for (const study::PlannedRun& run : plan.runs) {
    const std::string title = models::classifier_title(run.spec.classifier);
    if (std::ranges::find(titles, title) == titles.end()) titles.push_back(title);
  }
  return titles;
}

std::string time_text(const study::Session& session, const WorkAhead& work, const std::optional<Outlook>& outlook) {
  if (outlook && !session.plan.later.empty()) {
    const bool tunes = session.plan.stages && session.plan.stages->tunes();
    return total_text(work, *outlook) + (tunes ? "; then what they lead to" : "; then further rungs");
  }
  if (outlook) return total_text(work, *outlook);
  return fmt::format("not known on this machine yet (`ersatz plan {}` measures it); {} at a time",
                     cluster::shell_quoted(session.study.file.string()), plural(work.memory.workers, "run"));
}

std::string command_line(std::vector<std::string> words) {
  for (std::string& word : words) word = cluster::shell_quoted(word);
  return fmt::format("ersatz {}", fmt::join(words, " "));
}

// "cat:dog", what was confused most often among the test images of a source; empty where nothing was.
std::string worst_confusion(const analysis::ResultTable& table, const std::string& source) {
  const auto& names = table.study.classes;
  std::vector<std::uint64_t> counts(names.size() * names.size());
  for (const analysis::TestResult& result : table.results) {
    if (result.test_on != source) continue;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (i / names.size() != i % names.size()) counts[i] += result.confusion.counts[i];
    }
  }
  const auto most = std::ranges::max_element(counts);
  if (most == counts.end() || *most == 0) return "";
  const auto at = static_cast<std::size_t>(most - counts.begin());
  return names[at / names.size()] + ":" + names[at % names.size()];
}

}  // namespace

void print_intro(const study::Session& session, const study::StudyRecord& record, const WorkAhead& work,
                 const std::optional<Outlook>& outlook) {
  const study::Study& study = session.study;
  const study::Plan& plan = session.plan;
  const std::vector<std::string> classifiers = classifiers_of(plan);
  const bool tunes = plan.stages && plan.stages->tunes();
  const std::string each = tunes ? plural(plan.stages->trials.size(), "trial")
                                 : plural(study.until ? plan.stages->seeds->asked : study.seeds.size(), "seed");
  print_wrapped("", fmt::format("study {}: {} ({} x {} x {}), tested on {}", study.name,
                                plural(plan.runs.size(), "run"), plural(classifiers.size(), "classifier"),
                                plural(study.training_sets.size(), "training set"), each, join_words(plan.test_on)));
  if (const auto limit = study.asked.limit) {
    print_wrapped("",
                  fmt::format("limited to {} per class", plural(static_cast<std::size_t>(*limit), "training image")));
  }
  std::vector<std::string> sets, seeds;
  for (const study::TrainingSet& set : study.training_sets) sets.push_back(set.name);
  for (const std::uint64_t seed : study.seeds) seeds.push_back(std::to_string(seed));
  std::vector<std::string> budgets;
  for (const std::int64_t steps : study.budgets.steps) {
    budgets.push_back(format_count(static_cast<std::uint64_t>(steps)));
  }
  print_wrapped("  classifiers    ", join_words(classifiers));
  print_wrapped("  training sets  ", join_words(sets));
  print_wrapped("  seeds          ", study.until ? seeds_text(*plan.stages->seeds) : join_words(seeds));
  if (tunes) print_wrapped("  settings       ", tuning_rule_text(*plan.stages));
  if (!budgets.empty()) print_wrapped("  budgets        ", join_words(budgets) + " steps");
  if (plan.ladder) print_wrapped("  budgets        ", ladder_rule_text(plan.ladder->rule));
  if (!work.todo.empty()) print_wrapped("  time           ", time_text(session, work, outlook));
  print_wrapped("  results        ", session.out.string());
  if (record.demo_data) print_wrapped("", "these are the built-in demo data, not photographs");
  for (const std::string& warning : plan.warnings) print_wrapped("", warning);
  for (const std::string& note : plan.notes) print_wrapped("note: ", note);
  for (const std::string& remark : plan.remarks) print_wrapped("note: ", remark);
  if (work.todo.empty() || !is_terminal(stdout)) return;
  print_wrapped("", fmt::format("Ctrl-C stops safely: the same command goes on from there.{}",
                                ::isatty(STDIN_FILENO) != 0 ? " The key t shows the status." : ""));
}

void print_next_steps(const StudyOptions& options, const study::Session& session, const analysis::ResultTable& table) {
  const std::string out = session.out.string(), real = analysis::real_source(table).name;
  fmt::print("\nresults: {}\n", study::page_file(session.out).string());
  fmt::print("next:\n");
  // What follows a command may be copied with it; it gives way first.
  const auto propose = [](const std::vector<std::string>& words, const char* what) {
    const std::string line = "  " + command_line(words), explained = fmt::format("{:<42}  # {}", line, what);
    fmt::print("{}\n", columns(explained) < text_room(stdout) ? explained : line);
  };
  if (std::filesystem::exists(study::worth_table_file(session.out, real, ".md"))) {
    propose({"answer", out}, "what generated images are worth");
  }
  if (table.study.label_source) {
    propose({"table", out, "--metric", "auc"}, "how well sources are told apart");
  }
  propose({"table", out, "--metric", "f1", "--by", "class"}, "class by class");
  const std::string worst = worst_confusion(table, real);
  if (worst.empty()) return;
  std::vector<std::string> words{"show", out, "--misclassified", worst, "--study", options.study_path};
  const std::vector<std::string> data = options.data_as_given();
  words.insert(words.end(), data.begin(), data.end());
  words.insert(words.end(), {"-o", "mistakes.png"});
  propose(words, "as a picture");
}

}  // namespace ersatz::cli
