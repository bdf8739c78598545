#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "base/json_fwd.hpp"
#include "data/data_set.hpp"
#include "data/near/near_copies.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// From which AUC on evidence is called what, by the estimate. Where its interval holds .5 it is guessing.
inline constexpr double kGivesAway = 0.9, kTellsMuch = 0.75, kTellsLittle = 0.6;

/// How the files of each source were encoded.
TextTable audit_files(const audit::Audit& audit);
/// The traits of a source beside the real one's, with Cohen's d and the class where it is largest.
TextTable audit_traits(const audit::Audit& audit, const audit::Comparison& other);
/// How well each kind of evidence tells a source from the real one.
TextTable audit_evidence(const audit::Comparison& other);
/// What it comes to, each with its number. Empty where nothing was compared.
std::vector<std::string> audit_sentences(const audit::Audit& audit);
/// Everything, unrounded, copies included; near copies where they were looked for.
Json audit_json(const audit::Audit& audit, const data::DataSet& set, const std::optional<data::NearReport>& near);

}  // namespace ersatz::report
