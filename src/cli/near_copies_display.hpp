#pragma once

#include "data/data_set.hpp"

namespace ersatz::cli {

/// `data info --near`: finds near copies and prints how many there are, the closest ones by name, and how many test
/// images have one among training images.
void print_near_copies(const data::DataSet& set);

}  // namespace ersatz::cli
