#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
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

/// "photos=data/photos": a source's name and its path. A path that is there as it stands has no name.
data::Survey look_at(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  std::error_code code;
  if (equals == std::string::npos || fs::exists(argument, code)) return data::survey(argument, std::nullopt);
  const std::string name = argument.substr(0, equals);
  if (!study::is_plain_name(name)) {
    throw Error(fmt::format("\"{}\" is not a usable source name", name), std::string(study::kNameRule));
  }
  return data::survey(argument.substr(equals + 1), name);
}

void describe(const data::Survey& survey) {
  const std::size_t images = survey.images();
  fmt::print(stderr, "{}: {}; {} {} of {}\n", survey.path.string(), survey.taken_for, format_count(images),
             images == 1 ? "image" : "images", data::describe(survey.sizes));
  for (const data::IgnoredFiles& files : survey.ignored) {
    fmt::print(stderr, "  left out: {} {} ({})\n", format_count(files.count), files.count == 1 ? "file" : "files",
               files.reason);
  }
  if (survey.unreadable > 0) {
    fmt::print(stderr, "  {} {} cannot be read: run with --skip-broken, or mend {}\n", format_count(survey.unreadable),
               survey.unreadable == 1 ? "image" : "images", survey.unreadable == 1 ? "it" : "them");
  }
}

void init(const InitOptions& options) {
  const fs::path file = options.out;
  std::error_code code;
  if (!options.out.empty() && fs::exists(file, code) && !options.force) {
    throw Error(fmt::format("{} is there already", file.string()), "--force writes over it");
  }
  std::vector<data::Survey> surveys;
  for (const std::string& argument : options.paths) {
    surveys.push_back(look_at(argument));
    describe(surveys.back());
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
