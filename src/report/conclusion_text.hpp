#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "base/columns.hpp"

namespace ersatz::report {

/// What training on another source does to the accuracy on a source's test set: a sentence with its numbers for each of
/// analysis::conclusions(), so the list may be empty.
std::vector<std::string> conclusion_sentences(const analysis::ResultTable& table);

/// The headline: that of the real source, as a paragraph below a table in the terminal: a line before it and its line
/// feed; or nothing. In lines of at most `width` columns.
std::string conclusion_paragraph(const analysis::ResultTable& table, std::size_t width = kAnyWidth);

}  // namespace ersatz::report
