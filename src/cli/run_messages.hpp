#pragma once

#include <optional>

#include "analysis/results.hpp"
#include "cli/study_forecast.hpp"
#include "cli/study_options.hpp"
#include "study/output_folder.hpp"

namespace ersatz::cli {

/// What `ersatz run` says before it trains: what is trained and tested, how long it takes as far as that is known
/// (`outlook`), where the results go, and what a reader must know of the data.
void print_intro(const study::Session& session, const study::StudyRecord& record, const WorkAhead& work,
                 const std::optional<Outlook>& outlook);

/// What it says at the end: where to look, and commands for a closer look at this study.
void print_next_steps(const StudyOptions& options, const study::Session& session, const analysis::ResultTable& table);

}  // namespace ersatz::cli
