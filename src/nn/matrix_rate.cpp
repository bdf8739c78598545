#include "nn/matrix_rate.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/random.hpp"
#include "nn/onednn.hpp"
#include "nn/reorder.hpp"

namespace ersatz::nn {
namespace {

// Not zeros: how fast those are multiplied says little.
dnnl::memory random_memory(const Desc& desc) {
  dnnl::memory plain = allocate(plain_desc(dims_of(desc), DataType::f32)), memory = allocate(desc);
  Random random(1, "matrix product");
  auto* values = static_cast<float*>(plain.get_data_handle());
  for (std::size_t i = 0; i < float_count(plain); ++i) values[i] = random.uniform(-1.0F, 1.0F);
  reorder(plain, memory);
  return memory;
}

double rate_of_size(std::int64_t size, Precision precision) {
  using Clock = std::chrono::steady_clock;
  const double flops = 2.0 * static_cast<double>(size * size * size);
  const Desc any = any_desc({size, size}, data_type(precision)), bias = plain_desc({size}, DataType::f32);
  const auto product = dense_forward(false, any, any, bias, any, false);
  const Arguments arguments{{DNNL_ARG_SRC, random_memory(product.src_desc())},
                            {DNNL_ARG_WEIGHTS, random_memory(product.weights_desc())},
                            {DNNL_ARG_BIAS, allocate(bias)},
                            {DNNL_ARG_DST, allocate(product.dst_desc())}};
  const dnnl::inner_product_forward primitive(product);
  double best = 0;
  for (double spent = 0; spent < 0.2;) {
    const auto start = Clock::now();
    primitive.execute(stream(), arguments);
    stream().wait();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, flops / seconds);
    spent += seconds;
  }
  return best;
}

}  // namespace

double matrix_product_rate(Precision precision) {
  double best = 0;
  try {
    for (const std::int64_t size : {512, 768, 1024}) best = std::max(best, rate_of_size(size, precision));
  } catch (const dnnl::error& error) {
    throw missing_precision(error, precision);
  }
  return best;
}

}  // namespace ersatz::nn
