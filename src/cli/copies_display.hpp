#pragma once

#include "data/data_set.hpp"
#include "report/text_table.hpp"

namespace ersatz::cli {

/// Prints a table as wide as the terminal, two spaces to the right.
void print_indented(const report::TextTable& table);

/// Prints how many images of `set` are equal, which test images are training images of another source, and which equal
/// images have different labels.
void print_copies(const data::DataSet& set);

}  // namespace ersatz::cli
