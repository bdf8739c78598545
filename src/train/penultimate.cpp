#include "train/penultimate.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <numeric>
#include <thread>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "base/threads.hpp"
#include "nn/network.hpp"
#include "train/predict.hpp"

namespace ersatz::train {

nn::NetworkSpec feature_layers(const nn::NetworkSpec& network) {
  nn::NetworkSpec below = network;
  const auto last = std::find_if(below.layers.rbegin(), below.layers.rend(),
                                 [](const auto& layer) { return std::holds_alternative<nn::Dense>(layer); });
  if (last == below.layers.rend()) throw Error("a network without a dense layer has no features");
  below.layers.erase(std::prev(last.base()), below.layers.end());
  return below;
}

Matrix penultimate_features(const nn::NetworkSpec& network, const nn::NamedTensors& weights,
                            const data::BatchSource& examples, unsigned threads) {
  const nn::NetworkSpec below = feature_layers(network);
  const std::size_t width = nn::output_shapes(below).back().size();
  Matrix rows{examples.size(), width, std::vector<float>(examples.size() * width)};
  std::vector<std::uint32_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0U);
  // A batch is computed by one thread, whichever: where it begins does not depend on their number.
  std::atomic<std::size_t> next{0};
  const unsigned cores = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  const auto work = [&](unsigned) {
    if (cores > 1) nn::set_thread_count(1);
    nn::Network layers(below, {kTestBatch, nn::Precision::f32, false});
    layers.set_weights(weights);
    for (std::size_t at = next.fetch_add(kTestBatch); at < order.size(); at = next.fetch_add(kTestBatch)) {
      if (stop_requested()) throw Stopped();
      const std::size_t count = std::min<std::size_t>(order.size() - at, kTestBatch);
      examples.fill(std::span<const std::uint32_t>(order).subspan(at, count), 0, layers.input().data());
      layers.forward();
      std::copy_n(layers.outputs().begin(), count * width,
                  rows.values.begin() + static_cast<std::ptrdiff_t>(at * width));
    }
  };
  if (cores == 1) {
    work(0);
  } else {
    in_threads(cores, work);
  }
  return rows;
}

}  // namespace ersatz::train
