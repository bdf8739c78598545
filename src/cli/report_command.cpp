#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/page_images.hpp"
#include "cli/read_table.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "report/report.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"

namespace ersatz::cli {

namespace {

struct ReportOptions : StudyOptions {
  std::string folder;
  bool pdf = false;
  std::optional<std::int64_t> budget;
};

void report(const ReportOptions& options) {
  const std::filesystem::path out(options.folder);
  const auto table = read_table(out, options.budget);
  if (!options.study_path.empty()) {
    const study::Study study = options.load();
    write_page_images(out, table, study, options.open_data_of(study, options.folder, table.study.data_fingerprint),
                      options.cache_folder());
  }
  study::remove_leftovers(out);
  note_look(out, table, "report");
  const std::size_t runs = table.runs.size();
  report::write_all_files(out, table, options.pdf);
  fmt::print("{}: reports and curves in {}, tables in {}, figures in {}\nthe page: {}\n", plural(runs, "run"),
             study::runs_folder(out).string(), study::tables_folder(out).string(), study::figures_folder(out).string(),
             study::page_file(out).string());
  if (const std::string note = report::font_note(table); !note.empty()) fmt::print("note: {}\n", note);
  if (const std::size_t missing = table.missing.size(); missing > 0) {
    constexpr std::size_t kShown = 5;
    fmt::print("{} of {} runs {} missing: {}; `ersatz status` says why\n", format_count(missing),
               format_count(table.study.runs.size()), missing == 1 ? "is" : "are",
               join_first_words(table.missing, kShown));
  }
}

}  // namespace

void add_report_command(CLI::App& app) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand(
      "report", "Make all tables, figures and report.html of an output folder again from its run folders");
  command->add_option("DIR", options->folder, "The study's output folder")->required();
  command->add_flag("--pdf", options->pdf, "Also draw every figure as PDF; from then on `ersatz run` does so, too");
  add_budget_option(*command, options->budget);
  CLI::Option* study = command->add_option("--study", options->study_path,
                                           "Also choose the images of the page again, from the data of this study");
  for (CLI::Option* option : options->declare_data(*command)) option->needs(study);
  command->footer("Example: ersatz report out/cifake");
  command->callback([options] { report(*options); });
}

}  // namespace ersatz::cli
