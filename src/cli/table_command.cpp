#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "analysis/results.hpp"
#include "cli/commands.hpp"
#include "cli/read_table.hpp"
#include "report/conclusion_text.hpp"
#include "report/report.hpp"
#include "report/tables.hpp"
#include "study/pack.hpp"
#include "study/run_status.hpp"

namespace ersatz::cli {

void add_table_command(CLI::App& app) {
  struct Options {
    std::string folder, colour = "auto";
    bool validation = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("table", "Print the results in a study's output folder");
  command->add_option("DIR", options->folder, "The study's output folder, or a pack of it")->required();
  command->add_option("--colour,--color", options->colour, "Colours: auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_flag("--validation", options->validation,
                    "Print accuracies on the validation images, which a recipe may be chosen by, and no test results");
  command->callback([options] {
    const study::FolderOrPack opened(options->folder);
    if (options->validation) {
      const std::string table = report::validation_table(opened.path());
      warn(analysis::damage_sentences(study::read_finished_runs(opened.path()).damaged));
      fmt::print("{}", table);
      return;
    }
    // https://no-color.org
    const char* const no_colour = std::getenv("NO_COLOR");
    const bool allowed = no_colour == nullptr || *no_colour == '\0';
    const bool colour = options->colour == "always" || (options->colour == "auto" && allowed && isatty(STDOUT_FILENO));
    const auto table = read_table(opened.path());
    fmt::print("{}{}", report::terminal_table(table, colour), report::conclusion_paragraph(table));
  });
}

}  // namespace ersatz::cli
