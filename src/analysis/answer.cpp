#include "analysis/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/real_source.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"

namespace ersatz::analysis {

Answer answer(const ResultTable& table, const std::string& source) {
  const std::vector<std::string> sources = tested_sources(table);
  if (sources.empty()) throw Error("no run of this study is finished yet", "ersatz run goes on with it");
  if (!source.empty() && std::ranges::find(sources, source) == sources.end()) {
    throw Error(fmt::format("no run was tested on \"{}\"", source), suggest(source, sources, "runs were tested on"));
  }
  Answer result;
  result.source = source.empty() ? sources.front() : source;
  const std::string real = real_source(table).name;
  result.real = result.source == real;
  for (const auto why : {study::RealSource::Why::only_tests, study::RealSource::Why::first}) {
    const std::string note = study::guess_note({real, why});
    if (std::ranges::find(table.notes, note) != table.notes.end()) result.guess = note;
  }
  result.test_images = table.truth.at(result.source).size();
  result.gains = gains(table, result.source);
  result.substitutions = substitutions(table, result.source);
  result.trades = trades(table, result.source);
  result.planned_runs = table.study.runs.size();
  result.missing_runs = table.missing.size() + table.damaged.size();
  result.budget = table.budget;
  result.tuned = table.tuned;
  if (result.real) result.seeds = seeds_wanted(table);
  return result;
}

}  // namespace ersatz::analysis
