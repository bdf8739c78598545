#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/describe/completion.hpp"
#include "cli/one_of.hpp"

namespace ersatz::cli {

void add_completion_command(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print a script that completes command lines in a shell");
  command->add_option("SHELL", *shell, "The shell")->required()->check(one_of("SHELL", {"bash", "zsh", "fish"}));
  command->footer(
      "An installed ersatz has its scripts where the shells look for them. For one that is not:\n"
      "Example: source <(ersatz completion bash)");
  command->callback([&app, shell] {
    const CommandInfo root = describe(app);
    fmt::print("{}", *shell == "bash"  ? bash_completion(root)
                     : *shell == "zsh" ? zsh_completion(root)
                                       : fish_completion(root));
  });
}

}  // namespace ersatz::cli
