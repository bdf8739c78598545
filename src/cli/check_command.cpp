#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "study/check.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {
namespace {

std::string runs(std::size_t n) { return fmt::format("{} {}", format_count(n), n == 1 ? "run" : "runs"); }

void check(const std::filesystem::path& out) {
  const study::FolderOrPack opened(out);
  const study::FolderCheck found = study::check_folder(opened.path());
  for (const study::Damage& damage : found.damages) {
    fmt::print("damaged: {}: {}; {}\n", damage.file.string(), damage.what, damage.remedy);
  }
  const std::string name = found.study.empty() ? "study" : "study " + found.study;
  const std::size_t damages = found.damages.size();
  fmt::print("{} in {}: {} checked, {}\n", name, out.string(), runs(found.runs),
             damages == 0
                 ? "nothing is damaged"
                 : fmt::format("{} {} damaged", format_count(damages), damages == 1 ? "file is" : "files are"));
  if (found.unfinished > 0) fmt::print("{} not finished, and not checked\n", runs(found.unfinished));
  if (found.packed > 0) fmt::print("weights not kept: {}, which came out of a pack\n", runs(found.packed));
  if (found.not_recorded > 0) {
    fmt::print("hashes not recorded: {} of a version that wrote none; what can be read of them was checked\n",
               runs(found.not_recorded));
  }
  if (damages > 0) throw Exit{kRunFailed};
}

}  // namespace

void add_check_command(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("check", "Read an output folder through and name what is damaged in it");
  command->add_option("DIR", *folder, "Output folder of `ersatz run`, or a pack of it")->required();
  command->footer("Ends with 0 when nothing is damaged, else with 1 and a line for each file that says what to do.");
  command->callback([folder] { check(*folder); });
}

}  // namespace ersatz::cli
