#pragma once

#include <filesystem>
#include <string>

#include "analysis/seed_plan.hpp"
#include "base/json_fwd.hpp"

namespace ersatz::cli {

/// How many seeds a half width takes, by the finished runs in `folder`, an output folder or a pack; nothing where they
/// cannot tell: none is finished, nothing is compared, or there is one seed. Throws Error unless wanted > 0, and where
/// a folder or pack is damaged.
std::optional<analysis::SeedPlan> seed_plan_of(const std::filesystem::path& folder, double wanted);

/// A sentence or two; without a plan that nothing is known yet.
std::string seed_plan_text(double wanted, const std::optional<analysis::SeedPlan>& plan);
/// The same for programs: numbers that nobody knows, or that do not exist, are null.
Json seed_plan_json(double wanted, const std::optional<analysis::SeedPlan>& plan);

}  // namespace ersatz::cli
