#include "study/run_status.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/npy.hpp"
#include "base/npy_integers.hpp"
#include "base/unreadable_file.hpp"
#include "cluster/claim.hpp"
#include "study/examples.hpp"
#include "study/output_layout.hpp"
#include "study/predicted.hpp"
#include "study/session.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

RunStatus status_of_finished(const fs::path& folder, const std::vector<std::string>& test_on,
                             const WholePredictions& whole) {
  try {
    const RunRecord record = read_finished_run(folder);
    std::vector<std::string> untested;
    for (const std::string& source : test_on) {
      if (!is_tested_on(record, source, whole.test_sets)) untested.push_back(source);
      if (const auto damage = damage_of_predictions(record, source, whole)) {
        return {RunState::damaged, *damage, !record.packed};
      }
    }
    if (untested.empty()) return {RunState::finished, {}, true};
    if (record.packed) return {RunState::untested, no_weights_to_test(untested), false};
    return {RunState::untested, {}, true};
  } catch (const LaterFormat&) {
    throw;
  } catch (const UnreadableFile& problem) {
    return {RunState::unreadable, problem.what(), false};
  } catch (const Error& problem) {
    return {RunState::damaged, problem.what(), false};
  }
}

}  // namespace

std::string_view run_state_name(RunState state) {
  switch (state) {
    case RunState::missing: return "missing";
    case RunState::interrupted: return "interrupted";
    case RunState::running: return "running";
    case RunState::failed: return "failed";
    case RunState::untested: return "not tested on all";
    case RunState::damaged: return "damaged";
    case RunState::unreadable: return "unreadable";
    case RunState::finished: break;
  }
  return "done";
}

RunRecord read_finished_run(const fs::path& folder) {
  RunRecord record = read_run_record(folder);
  const auto rounds = static_cast<int>(train::read_history(history_file(folder)).size());
  if (rounds < record.best_round) {
    throw Error(fmt::format("{} is cut short: it has {} rows, and the weights are those of row {}",
                            history_file(folder).string(), rounds, record.best_round));
  }
  return record;
}

WholePredictions whole_predictions(const fs::path& out, const StudyRecord& record) {
  WholePredictions whole{{}, record.classes.size(), fingerprints_of(record.test_sets)};
  std::vector<std::string> names = record.sources;
  for (const KnownTestSet& known : record.test_sets) names.push_back(known.set.name);
  for (const std::string& source : names) {
    try {
      whole.images[source] = read_test_images(out, source, record.classes).size();
    } catch (const Error&) {  // not a matter of a run
    }
  }
  return whole;
}

WholePredictions whole_predictions(const Session& session) {
  WholePredictions whole{{}, session.data.classes.size(), {}};
  const DropDuplicates drop = session.study.asked.drop_duplicates.value_or(DropDuplicates::none);
  for (const std::string& name : session.plan.test_on) {
    whole.images[name] = test_indices(session.data.source(name), drop).size();
    if (const data::Source* set = session.data.test_set(name)) whole.test_sets[name] = set->test->fingerprint();
  }
  return whole;
}

std::optional<std::string> damage_of_predictions(const RunRecord& record, const std::string& source,
                                                 const WholePredictions& whole) {
  if (!is_tested_on(record, source, whole.test_sets)) return std::nullopt;
  const fs::path file = predicted_file(record, source);
  if (!fs::exists(file)) return fmt::format("{} is missing", file.string());
  try {
    const NpyShape shape = record.packed ? NpyShape{count_npy_integers(file), whole.classes} : read_npy_shape(file);
    const auto images = whole.images.find(source);
    if (images == whole.images.end() || (shape.rows == images->second && shape.columns == whole.classes)) return {};
    return fmt::format("{} has {} rows of {} classes, but the test set {} has {} images of {} classes", file.string(),
                       shape.rows, shape.columns, source, images->second, whole.classes);
  } catch (const Error& problem) {
    return problem.what();
  }
}

std::vector<std::string> untested_sources(const RunRecord& record, const std::vector<std::string>& test_on,
                                          const WholePredictions& whole) {
  std::vector<std::string> missing;
  for (const std::string& source : test_on) {
    if (!is_tested_on(record, source, whole.test_sets) || damage_of_predictions(record, source, whole)) {
      missing.push_back(source);
    }
  }
  return missing;
}

bool is_finished(const fs::path& out, const std::string& id, const std::vector<std::string>& test_on,
                 const WholePredictions& whole) {
  const fs::path folder = run_folder(out, id);
  return fs::exists(folder) && status_of_finished(folder, test_on, whole).state == RunState::finished;
}

Failure read_failure(const fs::path& file) {
  constexpr const char* kUnknown = "unknown reason";
  try {
    const Json value = read_json(file);
    return {value.value("message", kUnknown), value.value("hint", "")};
  } catch (const std::exception&) {  // cut short, or no object
    return {kUnknown, {}};
  }
}

RunStatus run_status(const fs::path& out, const std::string& id, const std::vector<std::string>& test_on,
                     const WholePredictions& whole) {
  const fs::path partial = partial_folder(out, id);
  RunStatus status;
  if (fs::exists(run_folder(out, id))) {
    status = status_of_finished(run_folder(out, id), test_on, whole);
  } else if (fs::exists(checkpoint_file(partial))) {
    status.state = RunState::interrupted;
  }
  if (const auto by = cluster::read_claim(claim_file(partial)); by && !by->has_ended()) {
    status.state = RunState::running;
    status.reason.clear();
    status.host = by->host;
    status.process = by->process;
  } else if (fs::exists(failure_file(partial))) {
    status.state = RunState::failed;
    status.reason = read_failure(failure_file(partial)).message;
  }
  return status;
}

FinishedRuns read_finished_runs(const fs::path& folder) {
  return read_finished_runs(folder, read_study_record(folder).runs);
}

FinishedRuns read_finished_runs(const fs::path& folder, const std::vector<std::string>& ids) {
  FinishedRuns all;
  for (const std::string& id : ids) {
    const fs::path run = run_folder(folder, id);
    if (!fs::exists(run)) continue;
    try {
      all.runs.push_back(read_finished_run(run));
    } catch (const LaterFormat&) {
      throw;
    } catch (const UnreadableFile& problem) {
      all.damaged.push_back({id, problem.what(), true});
    } catch (const Error& problem) {
      all.damaged.push_back({id, problem.what()});
    }
  }
  return all;
}

fs::path set_aside(const fs::path& out, const std::string& id, bool packed) {
  const auto name = packed ? packed_folder : damaged_folder;
  fs::path aside = name(out, id, 1);
  for (int number = 2; fs::exists(aside); ++number) aside = name(out, id, number);
  move_into_place(run_folder(out, id), aside);
  return aside;
}

}  // namespace ersatz::study
