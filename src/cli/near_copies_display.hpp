#pragma once

#include "data/data_set.hpp"
#include "data/near/near_copies.hpp"

namespace ersatz::cli {

/// Prints how many near copies there are, the closest ones by name, and how many test images have one among training
/// images.
void print_near_copies(const data::DataSet& set, const data::NearReport& report);

}  // namespace ersatz::cli
