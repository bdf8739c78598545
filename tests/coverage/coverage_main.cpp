// coverage REPLICATES: the table of docs/statistics.md, in Markdown.

#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "analysis/coverage.hpp"

int main(int argc, char** argv) {
  using namespace ersatz::analysis;
  const std::size_t replicates = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  std::map<std::string, std::string> rows;
  std::vector<std::string> order;
  std::string head = "| interval", rule = "|---";
  const std::vector<SimulatedStudy> designs{simulated_mixtures(2000, 3, .01),  simulated_mixtures(2000, 5, .002),
                                            simulated_mixtures(2000, 5, .01),  simulated_mixtures(2000, 5, .03),
                                            simulated_mixtures(2000, 10, .01), simulated_mixtures(10000, 5, .01)};
  for (const SimulatedStudy& study : designs) {
    const std::string name = fmt::format("N {}, n {}, sd {}", study.images, study.seeds, study.seed_sd);
    head += " | " + name;
    rule += "|--:";
    for (const Coverage& of : coverage(study, replicates)) {
      if (!rows.contains(of.kind)) order.push_back(of.kind);
      rows[of.kind] += fmt::format(" | {:.3f}, {:.3g}", of.share(), of.width);
    }
    fmt::print(stderr, "{}: done\n", name);
  }
  fmt::print("{} |\n{}|\n", head, rule);
  for (const std::string& kind : order) fmt::print("| {}{} |\n", kind, rows[kind]);
}
