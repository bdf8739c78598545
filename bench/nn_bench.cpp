// The machine's matrix-product rate through oneDNN, one thread: the limit that networks are held against.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "nn/matrix_rate.hpp"

namespace {

using namespace ersatz;

void matmul(benchmark::State& state, nn::Precision precision) {
  nn::set_thread_count(1);
  double rate = 0;
  for (auto _ : state) rate = std::max(rate, nn::matrix_product_rate(precision));
  state.counters["FLOP/s"] = rate;
}

BENCHMARK_CAPTURE(matmul, f32, nn::Precision::f32);
BENCHMARK_CAPTURE(matmul, bf16, nn::Precision::bf16);

// What these numbers depend on, for whoever prints them.
[[maybe_unused]] const bool kContext = [] {
  const nn::EngineInfo engine = nn::engine_info();
  benchmark::AddCustomContext("onednn", engine.onednn_version);
  benchmark::AddCustomContext("isa", engine.isa);
  benchmark::AddCustomContext("compiler", __VERSION__);
  return true;
}();

}  // namespace
