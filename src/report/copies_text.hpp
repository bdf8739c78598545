#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/near/near_copies.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// Pairs of equal images of each source, by the bytes of their files and by pixels.
TextTable duplicates_table(const data::DataSet& set);
/// "3 of 100 test images of A are also training images of B (equal pixels)", where there are such.
std::vector<std::string> leak_sentences(const data::DataSet& set);

/// Pairs of near copies, a row for each split or two splits that have any.
TextTable near_copies_table(const data::DataSet& set, const data::NearReport& report);
/// "63 of 10,000 test images of A have a near copy among the training images of A". LEAK? where the sources differ.
std::vector<std::string> near_leak_sentences(const data::DataSet& set, const data::NearReport& report);
/// What is taken for a near copy, in a line.
std::string near_copies_rule();

}  // namespace ersatz::report
