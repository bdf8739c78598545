#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <ostream>

#include "study/run_record.hpp"

namespace ersatz::study {

/// The work of a worker process: executes one run after the other, each a WorkerJob line of `jobs`,
/// and tells of each in WorkerUpdate lines on `updates`, until `jobs` ends or a stop is requested.
/// A run that fails is an update, not an exception. `write_reports` as in RunHooks.
/// Sets the process to one computing thread.
void serve_jobs(std::istream& jobs, std::ostream& updates,
                const std::function<void(const std::filesystem::path& folder, const StudyRecord&)>& write_reports);

}  // namespace ersatz::study
