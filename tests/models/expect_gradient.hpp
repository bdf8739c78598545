#pragma once

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "models/hashed.hpp"
#include "nn/tensor.hpp"

namespace ersatz::testing {

/// That a gradient is what describe() of tests/parity/make_pytorch_fixture.py wrote: a sample of its elements, and two
/// products, which every element has a part in.
inline void expect_gradient(const Json& expected, const nn::Tensor& gradient, std::uint32_t stream) {
  const double tolerance = 1e-5 * expected["largest"].get<double>();
  const auto stride = expected["stride"].get<std::size_t>();
  const auto sample = expected["sample"].get<std::vector<double>>();
  for (std::size_t i = 0; i < sample.size(); ++i) {
    EXPECT_NEAR(gradient.values.at(i * stride), sample[i], tolerance) << "element " << i * stride;
  }
  for (std::uint32_t which = 0; which < 2; ++which) {
    EXPECT_NEAR(hashed_product(gradient.values, stream, which), expected["products"][which].get<double>(),
                1e-5 * expected["norm"].get<double>());
  }
}

}  // namespace ersatz::testing
