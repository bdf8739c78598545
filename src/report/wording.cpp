#include "report/wording.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "base/text.hpp"
#include "base/whole_number.hpp"

namespace ersatz::report {
namespace {

double three_digits(double value) {
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(value)) - 2));
  return std::round(value / unit) * unit;
}

bool covers(const stats::Interval& interval, const stats::Interval& possible) {
  return interval.low <= possible.low && interval.high >= possible.high;
}

std::string whole(double value) { return format_count(clamp_to<std::uint64_t>(std::round(value))); }

// "9.3", "158": three digits that count, and no more than one behind the point.
std::string short_number(double value) {
  return value < 9.95 ? fmt::format("{:.1f}", value) : whole(three_digits(value));
}

std::string readings_text(const std::string& low, const std::string& high) {
  return fmt::format(" ({} to {} by how one reads between the points)", low, high);
}

}  // namespace

std::string share(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.starts_with("0.")) text.erase(0, 1);
  return text;
}

std::string interval(const stats::Interval& interval, int digits) {
  return covers(interval, stats::kShares) ? "unknown" : ratio_interval(interval, digits);
}

std::string ratio_interval(const stats::Interval& interval, int digits) {
  return fmt::format("[{}, {}]", share(interval.low, digits),
                     std::isfinite(interval.high) ? share(interval.high, digits) : "no bound");
}

std::string seeds_text(std::size_t n) { return n == 1 ? "1 seed" : fmt::format("n = {} seeds", n); }

std::string spread(const stats::Summary& summary, int digits) {
  if (summary.n == 0) return "–";
  if (summary.n < 2) return share(summary.mean, digits);
  return fmt::format("{} ± {}", share(summary.mean, digits), share(summary.sd, digits));
}

std::string plain_spread(const stats::Summary& summary) {
  if (summary.n < 2) return fmt::format("{:g}", summary.mean);
  return fmt::format("{:.1f} ± {:.1f}", summary.mean, summary.sd);
}

std::string signed_share(double value, int digits) {
  const std::string text = share(std::abs(value), digits);
  const bool nothing = text.find_first_not_of(".0") == std::string::npos;
  return (value < 0 && !nothing ? "-" : "+") + text;
}

std::string signed_interval(const stats::Interval& interval, int digits) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return "unknown";
  if (covers(interval, stats::kDifferences)) return "unknown";
  return fmt::format("[{}, {}]", signed_share(interval.low, digits), signed_share(interval.high, digits));
}

std::string difference_text(double difference, const stats::Interval& interval, int digits) {
  const bool has_ends = std::isfinite(interval.low) && std::isfinite(interval.high);
  return signed_share(difference, digits) + (has_ends ? " " + signed_interval(interval, digits) : "");
}

std::string p_value(double p) { return p < 0.001 ? "under .001" : share(p); }

std::string p_text(double p) { return p < 0.001 ? "p < .001" : "p = " + share(p); }

std::string images_text(double images, const analysis::Equivalent& curve) {
  if (images <= 0) return "under " + whole(curve.fewest);
  if (!std::isfinite(images)) return "over " + whole(curve.most);
  return whole(three_digits(images));
}

std::string images_interval(const analysis::Equivalent& worth) {
  return fmt::format("[{}, {}]", images_text(worth.interval.low, worth), images_text(worth.interval.high, worth));
}

std::string rate_text(const analysis::Gain& gain) {
  const analysis::ExchangeRate& exchange = *gain.rate;
  // A gain beyond the curve: more images than the curve has left, so fewer than this for each of them.
  const double left = gain.equivalent->most - static_cast<double>(gain.own);
  if (!(left > 0)) return exchange.rate ? "beyond the curve" : "none";
  const auto text = [&](double k) -> std::string {
    if (!std::isfinite(k)) return "no bound";
    return k > 0 ? short_number(k) : "under " + short_number(static_cast<double>(gain.added) / left);
  };
  if (!exchange.rate)
    return "none" +
           (std::isfinite(exchange.interval.low) ? fmt::format(" [{}, no bound]", text(exchange.interval.low)) : "");
  return fmt::format("{} [{}, {}]", text(*exchange.rate), text(exchange.interval.low), text(exchange.interval.high));
}

std::string rate_readings_text(const analysis::Gain& gain) {
  const stats::Interval& readings = gain.rate->readings;
  if (!analysis::disagree(readings)) return "";
  return readings_text(short_number(readings.low), std::isfinite(readings.high) ? short_number(readings.high) : "none");
}

std::string images_readings_text(const analysis::Equivalent& worth) {
  const stats::Interval readings = worth.readings();
  if (!analysis::disagree(readings)) return "";
  return readings_text(images_text(readings.low, worth), images_text(readings.high, worth));
}

std::string thousand_text(const analysis::Bounded& per_image) {
  using Side = analysis::Bounded::Side;
  const double value = 1000 * per_image.value;
  const std::string size = short_number(std::abs(value));
  const char* sign = value < 0 && size != "0.0" ? "-" : "";
  const char* bound = per_image.side == Side::at ? "" : per_image.side == Side::under ? "under " : "over ";
  return fmt::format("{}{}{}", bound, sign, size);
}

std::string thousand_text(const analysis::AddedValue& value) {
  return fmt::format("{} [{}, {}]", thousand_text(value.per_image), thousand_text(value.low),
                     thousand_text(value.high));
}

}  // namespace ersatz::report
