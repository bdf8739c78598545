#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/describe/man_pages.hpp"

namespace ersatz::cli {
namespace {

// Today, or the day that a reproducible build asks for (https://reproducible-builds.org/specs/source-date-epoch).
std::string page_date() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  const auto asked = epoch == nullptr ? std::nullopt : number_from<std::time_t>(epoch);
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(asked.value_or(std::time(nullptr))));
}

}  // namespace

void add_man_command(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("man", "Write the manual pages");
  command->group("");  // the build calls it
  command->add_option("DIR", *folder, "Folder to write them to")->required();
  command->footer("Example: ersatz man build/manual");
  command->callback([&app, folder] {
    make_folders(*folder);
    for (const auto& [name, page] : man_pages(describe(app), ERSATZ_VERSION, page_date())) {
      write_file(std::filesystem::path(*folder) / name, page);
    }
  });
}

}  // namespace ersatz::cli
