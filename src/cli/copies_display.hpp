#pragma once

#include <string>
#include <vector>

#include "data/data_set.hpp"

namespace ersatz::cli {

/// Prints columns under each other: the first to the left, the others to the right. The first row has the headings.
void print_columns(std::vector<std::vector<std::string>> rows);

/// Prints how many images of `set` are equal, which test images are training images of another source, and which equal
/// images have different labels.
void print_copies(const data::DataSet& set);

}  // namespace ersatz::cli
