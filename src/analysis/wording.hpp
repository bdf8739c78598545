#pragma once

#include <string>

#include "analysis/results.hpp"

// How numbers are written, the same in the terminal, in files and on the page.
namespace ersatz::analysis {

/// A number in 0..1 as the field's tables have it: .431, 1.000.
std::string share(double value, int digits = 3);
/// "[.421, .441]".
std::string interval(const stats::Interval& interval, int digits = 3);
/// The mean alone for one seed, else "mean ± standard deviation": ".634 ± .020".
std::string spread(const stats::Summary& summary, int digits = 3);
/// The same of a number outside 0..1, such as epochs: "15", "13.4 ± 3.2".
std::string plain_spread(const stats::Summary& summary);

}  // namespace ersatz::analysis
