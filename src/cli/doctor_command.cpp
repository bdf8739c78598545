#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/doctor/finding.hpp"
#include "cli/terminal.hpp"
#include "data/data_set.hpp"

namespace ersatz::cli {
namespace {

Findings examine_all(const std::filesystem::path& cache) {
  Findings all;
  const auto add = [&](const char* topic, const std::function<Findings()>& examine) {
    try {
      std::ranges::move(examine(), std::back_inserter(all));
    } catch (const std::filesystem::filesystem_error& problem) {
      all.push_back({FindingLevel::problem, topic,
                     fmt::format("cannot look at {}: {}", problem.path1().string(), problem.code().message()),
                     "check who owns it and whether you may read there"});
    }
  };
  add("machine", examine_machine);
  add("tools", examine_tools);
  add("storage", [&] { return examine_storage(cache); });
  add("inputs", [&] { return examine_inputs(cache); });
  return all;
}

void print_findings_json(const Findings& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"level", finding_level_name(finding.level)},
                    {"topic", finding.topic},
                    {"found", finding.found},
                    {"advice", finding.advice}});
  }
  fmt::print("{}\n", Json({{"format", 1}, {"ersatz", ERSATZ_VERSION}, {"findings", list}})
                         .dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_findings(const Findings& findings, std::size_t problems) {
  for (const Finding& finding : findings) {
    const std::string head = fmt::format("{:<9}{:<11}", finding_level_name(finding.level), finding.topic);
    print_wrapped(head, finding.found);
    if (!finding.advice.empty()) print_wrapped(std::string(head.size(), ' ') + "-> ", finding.advice);
  }
  fmt::print("\n{}\n", problems == 0 ? "ersatz can work here" : plural(problems, "problem"));
}

}  // namespace

void add_doctor_command(CLI::App& app) {
  struct Options {
    std::string cache;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("doctor", "Look at this machine: what ersatz finds, and what to do about it");
  command->add_option("--cache", options->cache, "The cache folder; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  command->add_flag("--json", options->json, "Print one JSON object (docs/file-formats.md)");
  command->footer(
      "Exits with 1 if there is a problem; notes do not count. Nothing is changed.\n"
      "Example: ersatz doctor");
  command->callback([options] {
    const Findings findings =
        examine_all(options->cache.empty() ? data::default_cache_folder() : std::filesystem::path(options->cache));
    const auto problems =
        static_cast<std::size_t>(std::ranges::count(findings, FindingLevel::problem, &Finding::level));
    options->json ? print_findings_json(findings) : print_findings(findings, problems);
    if (problems > 0) throw Exit{kRunFailed};
  });
}

}  // namespace ersatz::cli
