#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "study/check.hpp"
#include "study/pack.hpp"
#include "study/recompute.hpp"
#include "study/run_record.hpp"

namespace ersatz::cli {
namespace {

/// What `ersatz check` is asked to look at.
struct CheckOptions : StudyOptions {
  std::string folder;
};

void print_damages(const std::vector<study::Damage>& damages) {
  for (const study::Damage& damage : damages) {
    fmt::print("{}: {}: {}; {}\n", damage.unreadable ? "unreadable" : "damaged", damage.file.string(), damage.what,
               damage.remedy);
  }
}

study::FolderCheck check_files(const std::filesystem::path& out, const std::string& shown) {
  const study::FolderCheck found = study::check_folder(out);
  print_damages(found.damages);
  const std::string name = found.study.empty() ? "study" : "study " + found.study;
  const std::size_t damages = found.damages.size();
  fmt::print("{} in {}: {} checked, {}\n", name, shown, plural(found.runs, "run"),
             damages == 0
                 ? "nothing is damaged"
                 : fmt::format("{} {} damaged", format_count(damages), damages == 1 ? "file is" : "files are"));
  if (found.unfinished > 0) fmt::print("{} not finished, and not checked\n", plural(found.unfinished, "run"));
  if (found.packed > 0) fmt::print("weights not kept: {}, which came out of a pack\n", plural(found.packed, "run"));
  if (found.not_recorded > 0) {
    fmt::print("hashes not recorded: {} of a version that wrote none; what can be read of them was checked\n",
               plural(found.not_recorded, "run"));
  }
  std::fflush(stdout);
  return found;
}

void print_counts(const study::Recomputed& again) {
  const std::size_t close = again.predictions - again.equal - again.damages.size();
  fmt::print("predicted again with the weights of {}: of {}, {} {} the same bits", plural(again.runs, "run"),
             plural(again.predictions, "file"), format_count(again.equal), again.equal == 1 ? "has" : "have");
  if (close > 0) {
    fmt::print(", {} differ{} by rounding alone (by at most {:.1g})", format_count(close), close == 1 ? "s" : "",
               again.largest);
  }
  if (!again.damages.empty()) {
    fmt::print(", {} {} not", format_count(again.damages.size()), again.damages.size() == 1 ? "does" : "do");
  }
  fmt::print("\n");
}

void print_recomputed(const study::Recomputed& again) {
  print_damages(again.damages);
  if (again.runs > 0) print_counts(again);
  for (const auto& [reason, ids] : again.left_out) {
    fmt::print("not predicted again: {} ({})\n", plural(ids.size(), "run"), reason);
  }
  for (const auto& [name, runs] : again.other_test_sets) {
    fmt::print("not predicted again: the test set {} of {}, which the study file does not have as it was\n", name,
               plural(runs, "run"));
  }
}

void check(const CheckOptions& options) {
  const study::FolderOrPack opened(options.folder);
  if (options.study_path.empty()) {
    if (!check_files(opened.path(), options.folder).damages.empty()) throw Exit{kRunFailed};
    return;
  }
  // Before hours of reading: the study may be misspelt.
  const study::Study study = options.load();
  const study::FolderCheck found = check_files(opened.path(), options.folder);
  const std::filesystem::path cache = options.cache_folder();
  const std::string fingerprint = study::read_study_record(opened.path()).data_fingerprint;
  const data::DataSet data = options.open_data_of(study, options.folder, fingerprint);
  const bool terminal = is_terminal(stderr);
  const auto show = [&](std::size_t done, std::size_t total) {
    if (!terminal) return;
    fmt::print(stderr, "\r\033[Kpredicting again: {} of {} runs", format_count(done), format_count(total));
    if (done == total) fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
  };
  const study::Recomputed again = study::recompute_predictions(opened.path(), found, study, data, cache, show);
  print_recomputed(again);
  if (!found.damages.empty() || !again.damages.empty()) throw Exit{kRunFailed};
}

}  // namespace

void add_check_command(CLI::App& app) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("check", "Read an output folder through and name what is damaged in it");
  command->add_option("DIR", options->folder, "Output folder of `ersatz run`, or a pack of it")->required();
  CLI::Option* study = command->add_option(
      "--study", options->study_path,
      "Also predict the test images of this study again, with the weights of every run, and compare");
  for (CLI::Option* option : options->declare_data(*command)) option->needs(study);
  command->footer(
      "Ends with 0 when nothing is damaged, else with 1 and a line for each file that says what to do.\n"
      "Example: ersatz check out/cifake");
  command->callback([options] { check(*options); });
}

}  // namespace ersatz::cli
