#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/survey_path.hpp"
#include "study/starter.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

struct InitOptions {
  std::vector<std::string> paths;
  std::string out;
  bool force = false;
};

void init(const InitOptions& options) {
  const fs::path file = options.out;
  std::error_code code;
  if (!options.out.empty() && fs::exists(file, code) && !options.force) {
    throw Error(fmt::format("{} is there already", file.string()), "--force writes over it");
  }
  std::vector<data::Survey> surveys;
  for (const std::string& argument : options.paths) {
    surveys.push_back(survey_path(argument));
    describe_survey(surveys.back());
  }
  const std::string stem = file.stem().string();
  const std::string name = study::is_plain_name(stem) ? stem : "mine";
  const auto [text, warnings] = study::starter_study(name, surveys, file.parent_path());
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (options.out.empty()) {
    fmt::print("{}", text);
    return;
  }
  make_folders(file.parent_path());
  write_file(file, text);
  fmt::print("wrote {0}. Next: ersatz data info {0}, then ersatz plan {0}\n", file.string());
}

}  // namespace

void add_init_command(CLI::App& app) {
  const auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand("init", "Look at images and write a study file for them that runs");
  command
      ->add_option("PATH", options->paths,
                   "Folders or archives: one with all sources, or one for each source (PATH, or NAME=PATH)")
      ->required();
  command->add_option("-o,--out", options->out, "File to write, like mine.toml; default: standard output");
  command->add_flag("--force", options->force, "Write over a file that is there");
  command->footer("Example: ersatz init photos/ generated/ -o mine.toml");
  command->callback([options] { init(*options); });
}

}  // namespace ersatz::cli
