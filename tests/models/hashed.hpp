#pragma once

#include <cstdint>
#include <vector>

namespace ersatz::testing {

/// Numbers in [0, 1) that tests/parity/make_pytorch_fixture.py computes too: lowbias32 of
/// index + 1000003 * stream, over 2^32.
inline std::vector<double> hashed(std::size_t count, std::uint32_t stream) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t x = static_cast<std::uint32_t>(i) + 1000003U * stream;
    x ^= x >> 16;
    x *= 0x7FEB352DU;
    x ^= x >> 15;
    x *= 0x846CA68BU;
    x ^= x >> 16;
    values[i] = x * 0x1p-32;
  }
  return values;
}

/// The product of `values` with the script's hashed vector `which` (0 or 1) of a stream.
template <typename Values>
double hashed_product(const Values& values, std::uint32_t stream, std::uint32_t which) {
  const std::vector<double> direction = hashed(values.size(), 500 + 2 * stream + which);
  double product = 0;
  for (std::size_t i = 0; i < direction.size(); ++i) product += values[i] * (direction[i] * 2 - 1);
  return product;
}

}  // namespace ersatz::testing
