#pragma once

#include <string>

#include "analysis/gains.hpp"

// How numbers are written, the same in the terminal, in files and on the page.
namespace ersatz::report {

/// A number in 0..1 as the field's tables have it: .431, 1.000.
std::string share(double value, int digits = 3);
/// "[.421, .441]", of a number in 0..1; "unknown" when it leaves out nothing that is possible.
std::string interval(const stats::Interval& interval, int digits = 3);
/// The same of a ratio, which may be above 1 and without an upper end: "[.310, no bound]".
std::string ratio_interval(const stats::Interval& interval, int digits = 3);
/// "n = 5 seeds", "1 seed".
std::string seeds_text(std::size_t n);
/// The mean alone for one seed, else "mean ± standard deviation": ".634 ± .020".
std::string spread(const stats::Summary& summary, int digits = 3);
/// The same of a number outside 0..1, such as epochs: "15", "13.4 ± 3.2".
std::string plain_spread(const stats::Summary& summary);
/// A difference: "+.031", "-.004".
std::string signed_share(double value, int digits = 3);
/// "[-.004, +.031]", "unknown" when it has no ends, or leaves out nothing that is possible.
std::string signed_interval(const stats::Interval& interval, int digits = 3);
/// A difference with its interval, where it has one: "+.031 [+.022, +.040]", "+.031" for a class and one seed.
std::string difference_text(double difference, const stats::Interval& interval, int digits = 3);
/// A p value in a table: ".012", "under .001".
std::string p_value(double p);
/// In a sentence: "p = .012", "p < .001".
std::string p_text(double p);

/// A number of images as the learning curve tells it: "1,230" (three digits that count), "under 500" below its first
/// point, "over 40,000" beyond its last.
std::string images_text(double images, const analysis::Equivalent& curve);
/// "[under 500, 1,230]".
std::string images_interval(const analysis::Equivalent& worth);
/// k = "38 [28, 55]"; without a rate "none"; "no bound" where k has no upper end; "beyond the curve" for a gain at its
/// last point. `gain` has a rate.
std::string rate_text(const analysis::Gain& gain);
/// Where readings of the curve disagree: " (6.8 to 158 by how one reads between the points)"; else empty. Of k, "none"
/// stands for a reading without a gain. `gain` has a rate.
std::string rate_readings_text(const analysis::Gain& gain);
/// The same of a number of images.
std::string images_readings_text(const analysis::Equivalent& worth);

/// What 1,000 added images are worth in images of the source, signed: "107", "-3.2", "under -150", "over 31".
std::string thousand_text(const analysis::Bounded& per_image);
/// With its interval: "107 [90, 131]".
std::string thousand_text(const analysis::AddedValue& value);

}  // namespace ersatz::report
