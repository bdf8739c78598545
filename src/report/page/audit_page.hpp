#pragma once

#include <optional>
#include <string>

#include "audit/audit.hpp"
#include "data/data_set.hpp"
#include "data/near/near_copies.hpp"

namespace ersatz::report {

/// What `ersatz data audit` found, as a page that needs no network: in short, what tells the sources apart, traits,
/// files, copies. `title` is what was looked at.
std::string audit_page(const std::string& title, const data::DataSet& set, const audit::Audit& audit,
                       const std::optional<data::NearReport>& near);

}  // namespace ersatz::report
