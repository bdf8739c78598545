#include "metrics/distances.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/vectorised.hpp"

namespace ersatz::metrics {
namespace {

constexpr std::size_t kLanes = 32;

[[gnu::always_inline]] inline bool is_within(float row_low, float column_low, float product, float limit,
                                             float column_limit) {
  return row_low + column_low - 2 * product <= std::max(limit, column_limit);
}

[[gnu::always_inline]] inline std::size_t within_loop(const float* products, std::size_t columns, float row_low,
                                                      const float* column_low, float limit, const float* column_limits,
                                                      std::uint32_t* found) {
  std::size_t count = 0, j = 0;
  const auto try_one = [&](std::size_t at) __attribute__((always_inline)) {
    if (is_within(row_low, column_low[at], products[at], limit, column_limits[at])) {
      found[count++] = static_cast<std::uint32_t>(at);
    }
  };
  for (; j + kLanes <= columns; j += kLanes) {
    int any = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      any |= is_within(row_low, column_low[j + lane], products[j + lane], limit, column_limits[j + lane]) ? 1 : 0;
    }
    if (any == 0) continue;
    for (std::size_t lane = 0; lane < kLanes; ++lane) try_one(j + lane);
  }
  for (; j < columns; ++j) try_one(j);
  return count;
}

std::vector<float> lows(const std::vector<double>& squares, double share) {
  std::vector<float> lows;
  lows.reserve(squares.size());
  for (const double square : squares) lows.push_back(static_cast<float>(square * (1 - share) - 1e-34));
  return lows;
}

}  // namespace

double squared_distance(std::span<const float> one, std::span<const float> other) {
  // Compiled for the least processor alone: fused multiply-add would give other bits.
  constexpr std::size_t kSums = 8;
  const std::size_t whole = one.size() / kSums * kSums;
  double sums[kSums] = {};
  for (std::size_t i = 0; i < whole; i += kSums) {
    for (std::size_t lane = 0; lane < kSums; ++lane) {
      const double difference = static_cast<double>(one[i + lane]) - static_cast<double>(other[i + lane]);
      sums[lane] += difference * difference;
    }
  }
  for (std::size_t i = whole; i < one.size(); ++i) {
    const double difference = static_cast<double>(one[i]) - static_cast<double>(other[i]);
    sums[i - whole] += difference * difference;
  }
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

float round_up(double value) {
  const auto rounded = static_cast<float>(value);
  return static_cast<double>(rounded) < value ? std::nextafter(rounded, std::numeric_limits<float>::infinity())
                                              : rounded;
}

RoughDistances::RoughDistances(const Matrix& one, const Matrix& other)
    : centre_(mean_row(other)),
      // The 16 beside d stand for the rounding of the centred rows, of their lengths, and of three additions.
      share_((static_cast<double>(one.columns) + 16) * 0x1p-24),
      one_(squared_lengths<float>(one, centre_)),
      other_(squared_lengths<float>(other, centre_)),
      one_low_(lows(one_, share_)),
      other_low_(lows(other_, share_)) {}

void RoughDistances::within(const Block<float>& block, std::size_t r, float limit, const float* column_limits,
                            std::vector<std::uint32_t>& found) const {
  found.resize(kBlockColumns);
  found.resize(vectorised<within_loop>(block.row(r), block.columns, one_low_[block.first_row + r],
                                       other_low_.data() + block.first_column, limit, column_limits, found.data()));
}

void for_close_pairs(const Matrix& one, std::span<const double> one_limits, const Matrix& other,
                     std::span<const double> other_limits, unsigned threads,
                     const std::function<void(ClosePair& pair, unsigned thread)>& visit) {
  const RoughDistances rough(one, other);
  std::vector<float> columns;
  for (const double limit : other_limits) columns.push_back(round_up(limit));
  std::vector<std::vector<std::uint32_t>> found(threads);
  for_each_block<float>(one, other, {threads, rough.centre()}, [&](const Block<float>& block) {
    auto& near = found[block.thread];
    for (std::size_t r = 0; r < block.rows; ++r) {
      const std::size_t i = block.first_row + r;
      rough.within(block, r, round_up(one_limits[i]), columns.data() + block.first_column, near);
      for (const std::uint32_t c : near) {
        const std::size_t j = block.first_column + c;
        const float product = block.row(r)[c];
        ClosePair pair(one, other, i, j, rough.low(i, j, product), rough.high(i, j, product));
        visit(pair, block.thread);
      }
    }
  });
}

}  // namespace ersatz::metrics
