#include "analysis/wording.hpp"

#include <fmt/format.h>

namespace ersatz::analysis {

std::string share(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.starts_with("0.")) text.erase(0, 1);
  return text;
}

std::string interval(const stats::Interval& interval, int digits) {
  return fmt::format("[{}, {}]", share(interval.low, digits), share(interval.high, digits));
}

std::string spread(const stats::Summary& summary, int digits) {
  if (summary.n < 2) return share(summary.mean, digits);
  return fmt::format("{} ± {}", share(summary.mean, digits), share(summary.sd, digits));
}

std::string plain_spread(const stats::Summary& summary) {
  if (summary.n < 2) return fmt::format("{:g}", summary.mean);
  return fmt::format("{:.1f} ± {:.1f}", summary.mean, summary.sd);
}

}  // namespace ersatz::analysis
