#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {

void add_unpack_command(CLI::App& app) {
  struct Options {
    std::string file, folder;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("unpack", "Make an output folder of a pack again");
  command->add_option("FILE", options->file, "What `ersatz pack` wrote")->required();
  command->add_option("--out,--output,-o", options->folder,
                      "The folder, which must be new or empty; default: out/<study>, as of `ersatz run`");
  command->footer("Example: ersatz unpack cifake.pack.tar.xz -o out/cifake");
  command->callback([options] {
    const std::filesystem::path out = options->folder.empty()
                                          ? std::filesystem::path("out") / study::study_of_pack(options->file)
                                          : std::filesystem::path(options->folder);
    const std::string study = study::unpack(options->file, out);
    fmt::print("the study {} is in {}: `ersatz report {}` makes its tables, figures and page\n", study, out.string(),
               out.string());
  });
}

}  // namespace ersatz::cli
