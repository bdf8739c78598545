#include "nn/matrix_rate.hpp"

#include <algorithm>
#include <chrono>

#include "nn/onednn.hpp"

namespace ersatz::nn {

double matrix_product_rate(Precision precision) {
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t kSize = 2048;
  constexpr double kFlops = 2.0 * kSize * kSize * kSize;
  const DataType type = data_type(precision);
  const Desc bias = plain_desc({kSize}, DataType::f32);
  const auto product = dense_forward(false, any_desc({kSize, kSize}, type), any_desc({kSize, kSize}, type), bias,
                                     any_desc({kSize, kSize}, type), false);
  // Zeros: how long a product takes does not depend on the numbers.
  const Arguments arguments{{DNNL_ARG_SRC, allocate(product.src_desc())},
                            {DNNL_ARG_WEIGHTS, allocate(product.weights_desc())},
                            {DNNL_ARG_BIAS, allocate(bias)},
                            {DNNL_ARG_DST, allocate(product.dst_desc())}};
  const dnnl::inner_product_forward primitive(product);
  double best = 0, spent = 0;
  while (spent < 0.5) {
    const auto start = Clock::now();
    primitive.execute(stream(), arguments);
    stream().wait();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, kFlops / seconds);
    spent += seconds;
  }
  return best;
}

}  // namespace ersatz::nn
