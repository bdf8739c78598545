#include <fmt/format.h>

#include <memory>
#include <string>

#include "analysis/results.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/read_table.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {
namespace {

struct PackCommandOptions {
  std::string folder, file;
  study::PackOptions pack;
};

std::string count_of_runs(std::size_t n) { return fmt::format("{} {}", format_count(n), n == 1 ? "run" : "runs"); }

void pack(const PackCommandOptions& options) {
  const std::filesystem::path file =
      options.file.empty() ? study::default_pack_name(options.folder) : std::filesystem::path(options.file);
  const study::PackSummary packed = study::write_pack(options.folder, file, options.pack);
  warn(analysis::damage_sentences(packed.damaged));
  fmt::print("{} of the study {} packed into {}: {}\n", count_of_runs(packed.runs), packed.study, file.string(),
             format_bytes(packed.bytes));
  if (packed.others > 0) fmt::print("{} of these the study does not ask for now\n", count_of_runs(packed.others));
  if (packed.unfinished > 0) fmt::print("{} not finished, and not packed\n", count_of_runs(packed.unfinished));
  if (packed.without_probabilities > 0) {
    fmt::print("{} without probabilities: the pack that they came out of had none\n",
               count_of_runs(packed.without_probabilities));
  }
}

}  // namespace

void add_pack_command(CLI::App& app) {
  const auto options = std::make_shared<PackCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "pack", "Pack what tables, figures and answers of an output folder are made from into one small file");
  command->add_option("DIR", options->folder, "Output folder of `ersatz run`")->required();
  command->add_option("--output,-o", options->file, "The file; default: <study>.pack.tar.xz here");
  command->add_flag("--probabilities", options->pack.probabilities,
                    "Pack the probabilities of all classes too, as float16; default: only which class each image was "
                    "called, which is all that tables, figures and answers need");
  command->footer(
      "A pack has no weights. table, answer, compare, status and check read it in place of the folder; `ersatz "
      "unpack`\n"
      "makes a folder of it, which `ersatz run` goes on with.\n"
      "Example: ersatz pack out/cifake -o cifake.pack.tar.xz");
  command->callback([options] { pack(*options); });
}

}  // namespace ersatz::cli
