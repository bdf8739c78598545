// The machine's matrix-product rate through oneDNN, one thread: the limit that networks are held
// against. Operands lie in the primitive's own layouts, packed beforehand.

#include <benchmark/benchmark.h>

#include <unordered_map>

#include "base/random.hpp"
#include "nn/onednn.hpp"
#include "nn/precision.hpp"

namespace {

using namespace ersatz;

/// Small random numbers: a product of zeros or of denormals may take another time.
void fill(dnnl::memory& memory) {
  Random random(1, "bench");
  const nn::Dims dims = nn::dims_of(memory.get_desc());
  dnnl::memory plain = nn::allocate(nn::plain_desc(dims, nn::DataType::f32));
  auto* values = static_cast<float*>(plain.get_data_handle());
  for (std::size_t i = 0; i < nn::float_count(plain); ++i) values[i] = random.uniform(-1.0F, 1.0F);
  nn::reorder(plain, memory);
}

/// [n, n] x [n, n], n = range(0), as an inner product: 2 n^3 operations.
void matmul(benchmark::State& state, nn::Precision precision) {
  nn::set_thread_count(1);
  const nn::Dims square{state.range(0), state.range(0)};
  const nn::Desc any = nn::any_desc(square, nn::data_type(precision));
  const nn::Desc bias_desc = nn::plain_desc({state.range(0)}, nn::DataType::f32);
  const auto description = nn::dense_forward(false, any, any, bias_desc, any, false);
  dnnl::memory src = nn::allocate(description.src_desc()), weights = nn::allocate(description.weights_desc());
  dnnl::memory bias = nn::allocate(bias_desc), dst = nn::allocate(description.dst_desc());
  fill(src);
  fill(weights);
  const std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, dst}};
  const dnnl::inner_product_forward product(description);
  for (auto _ : state) {
    product.execute(nn::stream(), arguments);
    nn::stream().wait();
  }
  const auto n = static_cast<double>(state.range(0));
  state.counters["FLOP/s"] = benchmark::Counter(2 * n * n * n, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(matmul, f32, nn::Precision::f32)->Arg(512)->Arg(768)->Arg(1024)->Arg(2048);
BENCHMARK_CAPTURE(matmul, bf16, nn::Precision::bf16)->Arg(512)->Arg(768)->Arg(1024)->Arg(2048);

// What these numbers depend on, for whoever prints them.
[[maybe_unused]] const bool kContext = [] {
  const nn::EngineInfo engine = nn::engine_info();
  benchmark::AddCustomContext("onednn", engine.onednn_version);
  benchmark::AddCustomContext("isa", engine.isa);
  benchmark::AddCustomContext("compiler", __VERSION__);
  return true;
}();

}  // namespace
