#include "cluster/packing.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/share_out.hpp"

namespace ersatz::cluster {
namespace {

constexpr std::size_t kSteps = 64;  // the finer, the longer the search

bool suffices(const Packing& packing, bool nothing_finished, double seconds) {
  double sum = 0, least = std::numeric_limits<double>::infinity();
  for (const Packing::Task& task : packing.tasks) {
    sum += task.seconds;
    least = std::min(least, task.seconds);
  }
  return nothing_finished ? least >= seconds : sum >= seconds * static_cast<double>(packing.tasks.size());
}

}  // namespace

Packing packing_of(const std::vector<RunToPack>& runs, std::size_t parts) {
  std::vector<double> costs;
  for (const RunToPack& run : runs) costs.push_back(run.cost);
  Packing packing;
  packing.parts = parts;
  const auto shared = share_out(costs, parts);
  for (std::size_t part = 1; part <= parts; ++part) {
    Packing::Task task;
    task.part = part;
    for (const std::size_t run : shared[part - 1]) {
      if (runs[run].finished) continue;
      ++task.runs;
      task.seconds += runs[run].seconds;
      task.longest = std::max(task.longest, runs[run].seconds);
    }
    if (task.runs > 0) packing.tasks.push_back(task);
  }
  return packing;
}

Packing packing_by_time(const std::vector<RunToPack>& runs, double seconds) {
  double sum = 0;
  bool nothing_finished = true;
  for (const RunToPack& run : runs) {
    sum += run.seconds;
    nothing_finished = nothing_finished && !run.finished;
  }
  const double wanted = std::max(1.0, sum / seconds);
  const auto all = static_cast<double>(std::max<std::size_t>(runs.size(), 1));
  if (nothing_finished) {
    for (auto parts = static_cast<std::size_t>(std::min(wanted, all));; parts -= 1 + parts / kSteps) {
      Packing packing = packing_of(runs, parts);
      if (parts == 1 || suffices(packing, true, seconds)) return packing;
    }
  }
  // What is left need not be in all parts, and may be in few of them by chance: the number of tasks does not just grow
  // with that of parts. The first that has nearly as many as there could be will do.
  constexpr double kNearly = 0.75;
  Packing best = packing_of(runs, 1);
  for (auto parts = static_cast<std::size_t>(all); parts > 1; parts -= 1 + parts / kSteps) {
    Packing packing = packing_of(runs, parts);
    if (packing.tasks.size() <= best.tasks.size() || !suffices(packing, false, seconds)) continue;
    best = std::move(packing);
    if (static_cast<double>(best.tasks.size()) >= kNearly * wanted) break;
  }
  return best;
}

}  // namespace ersatz::cluster
