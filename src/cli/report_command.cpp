#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/read_table.hpp"
#include "report/report.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"

namespace ersatz::cli {

void add_report_command(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "report", "Make all tables, figures and report.html of an output folder again from its run folders");
  command->add_option("DIR", *folder, "The study's output folder")->required();
  command->callback([folder] {
    const std::filesystem::path out(*folder);
    const auto table = read_table(out);
    study::remove_leftovers(out);
    const std::size_t runs = table.runs.size();
    report::write_all_files(out, table);
    fmt::print("{} {}: reports and curves in {}, tables in {}, figures in {}\nthe page: {}\n", format_count(runs),
               runs == 1 ? "run" : "runs", study::runs_folder(out).string(), study::tables_folder(out).string(),
               study::figures_folder(out).string(), study::page_file(out).string());
    if (const std::size_t missing = table.missing.size(); missing > 0) {
      constexpr std::size_t kShown = 5;
      fmt::print("{} of {} runs {} missing: {}; `ersatz status` says why\n", format_count(missing),
                 format_count(table.study.runs.size()), missing == 1 ? "is" : "are",
                 join_first_words(table.missing, kShown));
    }
  });
}

}  // namespace ersatz::cli
