#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::data {

/// Class probabilities that some of n examples are to be learned by in place of their labels.
struct SoftLabels {
  std::vector<std::uint32_t> rows;  ///< [n] of each example its row of `targets`, from 1; 0: it has its label
  Matrix targets;                   ///< [soft examples, classes], each row adds up to 1

  /// [classes], or empty.
  std::span<const float> of(std::uint32_t example) const {
    const std::uint32_t row = rows[example];
    return row == 0 ? std::span<const float>() : targets.row(row - 1);
  }
};

}  // namespace ersatz::data
