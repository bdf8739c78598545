#include "analysis/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::analysis {

Answer answer(const ResultTable& table, const std::string& source, const stats::BootstrapOptions& options) {
  const std::vector<std::string> sources = sources_by_curve(table);
  if (sources.empty()) throw Error("no run of this study is finished yet", "ersatz run goes on with it");
  if (!source.empty() && std::ranges::find(sources, source) == sources.end()) {
    throw Error(fmt::format("no run was tested on \"{}\"", source), "runs were tested on " + join_words(sources));
  }
  Answer result;
  result.source = source.empty() ? sources.front() : source;
  result.usual = result.source == sources.front();
  result.test_images = table.truth.at(result.source).size();
  result.gains = gains(table, result.source, options);
  result.substitutions = substitutions(table, result.source, options);
  result.planned_runs = table.study.runs.size();
  result.missing_runs = table.missing.size() + table.damaged.size();
  return result;
}

}  // namespace ersatz::analysis
