#include "cli/describe/man_pages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>

#include "base/text.hpp"

namespace ersatz::cli {
namespace {

// Text as roff has it: letter for letter, and a hyphen that is copied as one.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\': escaped += "\\e"; break;
      case '-': escaped += "\\-"; break;
      case '\'': escaped += "\\(aq"; break;
      case '`': escaped += "\\(ga"; break;
      case '~': escaped += "\\(ti"; break;
      case '^': escaped += "\\(ha"; break;
      default: escaped += c;
    }
  }
  if (escaped.starts_with('.')) escaped.insert(0, "\\&");
  return escaped;
}

std::string sentence(std::string text) {
  if (!text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
  return roff(text);
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", roff(text)); }

std::string synopsis(const CommandInfo& command) {
  std::string line = bold(command.path.empty() ? "ersatz" : "ersatz " + command.words());
  if (!command.options.empty()) line += " [" + italic("OPTIONS") + "]";
  if (!command.commands.empty()) line += " " + italic("COMMAND");
  for (const OptionInfo& positional : command.positionals) {
    const std::string value = italic(positional.value) + (positional.repeated ? "..." : "");
    line += positional.required ? " " + value : " [" + value + "]";
  }
  return line + "\n";
}

std::string entry(const OptionInfo& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) {
    names.push_back(bold(name) + (option.value.empty() ? "" : " " + italic(option.value)));
  }
  if (names.empty()) names.push_back(italic(option.value));
  std::string text = fmt::format(".TP\n{}\n{}\n", fmt::join(names, ", "), sentence(option.description));
  if (option.kind == ValueKind::words && option.value != "CLASSIFIER") {
    text += fmt::format("One of: {}.\n", roff(fmt::format("{}", fmt::join(option.words, ", "))));
  }
  if (!option.fallback.empty()) text += fmt::format("Default: {}.\n", roff(option.fallback));
  if (!option.needs.empty()) text += fmt::format("Needs {}.\n", roff(join_words(option.needs)));
  if (!option.excludes.empty())
    text += fmt::format("Not together with {}.\n", roff(join_words(option.excludes, " or ")));
  return text;
}

std::string options(const CommandInfo& command) {
  std::string text;
  for (const OptionInfo& positional : command.positionals) text += entry(positional);
  for (const OptionInfo& option : command.options) text += entry(option);
  return text;
}

std::string notes(const CommandInfo& command) {
  std::string text;
  for (const std::string& note : command.notes) text += roff(note) + "\n";
  return text.empty() ? text : ".PP\n" + text;
}

std::string examples(const std::vector<const CommandInfo*>& commands) {
  std::string text;
  std::set<std::string> seen;
  for (const CommandInfo* command : commands) {
    for (const std::string& example : command->examples) {
      if (seen.insert(example).second) text += roff(example) + "\n";
    }
  }
  return text.empty() ? text : ".SH EXAMPLES\n.nf\n" + text + ".fi\n";
}

std::string page_name(const CommandInfo& command) {
  return command.path.empty() ? "ersatz" : "ersatz-" + command.path.front();
}

constexpr std::string_view kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
A run of a study failed, \fBcheck\fR or \fBdoctor\fR found something wrong, or ersatz has a defect.
.TP
.B 2
Bad usage or bad input. One line says what, a second one what to do.
.TP
.B 75
Stopped on request. The same command goes on.
)";

constexpr std::string_view kEnvironment = R"(.SH ENVIRONMENT
.TP
.B ERSATZ_CACHE
The folder for decoded images and all else that is kept between commands.
Without it, \fI$XDG_CACHE_HOME/ersatz\fR or \fI\(ti/.cache/ersatz\fR.
.TP
.B ERSATZ_LOG_SECONDS
Seconds between two lines on the epochs of one run where output is no terminal. Default: 10.
.TP
.B ERSATZ_MAX_ISA
The highest instruction set that is used: sse, avx2, avx512 or avx512_bf16.
.TP
.B ERSATZ_MEMORY
The memory that may be taken, like 2G, instead of what the machine has free.
.TP
.B ERSATZ_SANDBOX
\fBoff\fR reads images and archives in the process itself, for debuggers.
.TP
.B ERSATZ_TASKBAR
\fBoff\fR shows no progress in the terminal's tab or taskbar entry.
.TP
.B NO_COLOR
Tables have no colours.
)";

std::string head(const std::string& name, const std::string& version, const std::string& date,
                 const std::string& description) {
  std::string title = name;
  for (char& c : title) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return fmt::format(".TH {} 1 {} \"ersatz {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", roff(title), date, version,
                     roff(name), roff(description));
}

std::string see_also(const std::vector<std::string>& pages) {
  std::string text = ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < pages.size(); ++i) {
    text += fmt::format(".BR {} (1){}\n", roff(pages[i]), i + 1 < pages.size() ? "," : "");
  }
  return text;
}

// A page for `command`, with the commands below it as its parts.
std::string command_page(const CommandInfo& command, const std::string& version, const std::string& date) {
  std::string page = head(page_name(command), version, date, command.description) + ".SH SYNOPSIS\n";
  if (command.commands.empty()) page += synopsis(command);
  for (const CommandInfo& inner : command.commands)
    page += (&inner == &command.commands.front() ? "" : ".br\n") + synopsis(inner);
  page += ".SH DESCRIPTION\n" + sentence(command.description) + "\n" + notes(command);
  if (command.commands.empty()) {
    page += ".SH OPTIONS\n" + options(command);
  } else {
    page += ".SH COMMANDS\n";
    for (const CommandInfo& inner : command.commands) {
      page += fmt::format(".SS {}\n{}\n", roff("ersatz " + inner.words()), sentence(inner.description)) + notes(inner) +
              options(inner);
    }
  }
  page += kExitStatus;
  return page + examples(all_commands(command)) + see_also({"ersatz"});
}

}  // namespace

std::map<std::string, std::string> man_pages(const CommandInfo& root, const std::string& version,
                                             const std::string& date) {
  std::map<std::string, std::string> pages;
  std::string page = head("ersatz", version, date, "train image classifiers on real and generated images") +
                     ".SH SYNOPSIS\n" + synopsis(root) + ".SH DESCRIPTION\n" + sentence(root.description) + "\n" +
                     notes(root) + ".SH OPTIONS\n" + options(root) + ".SH COMMANDS\n";
  std::vector<std::string> names;
  for (const CommandInfo& command : root.commands) {
    names.push_back(page_name(command));
    page += fmt::format(".TP\n.BR {} (1)\n{}\n", roff(names.back()), sentence(command.description));
    pages[names.back() + ".1"] = command_page(command, version, date);
  }
  page += kExitStatus;
  page += kEnvironment;
  pages["ersatz.1"] = page + examples({&root}) + see_also(names);
  return pages;
}

}  // namespace ersatz::cli
