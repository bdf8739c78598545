#include "train/predict.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "base/stop.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "train/test_views.hpp"

namespace ersatz::train {

Matrix predict(const models::Classifier& classifier, models::TestViews views, const nn::NamedTensors& weights,
               const data::BatchSource& examples) {
  nn::Network network(classifier.network, {kTestBatch, nn::Precision::f32, false});
  network.set_weights(weights);
  const auto classes = static_cast<std::size_t>(network.output_size());
  Matrix probabilities{examples.size(), classes, std::vector<float>(examples.size() * classes)};
  std::vector<std::uint32_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t done = 0; done < order.size();) {
    if (stop_requested()) throw Stopped();
    const std::size_t count = std::min(order.size() - done, static_cast<std::size_t>(kTestBatch));
    examples.fill(std::span<const std::uint32_t>(order).subspan(done, count), 0, network.input().data());
    const auto write = [&](std::span<const float> logits) {
      nn::softmax(logits.first(count * classes), network.output_size(),
                  std::span(probabilities.values).subspan(done * classes, count * classes));
    };
    if (views == models::TestViews::plain) {
      network.forward();
      write(network.outputs());
    } else {
      write(forward_views(network, classifier.network.input));
    }
    done += count;
  }
  return probabilities;
}

}  // namespace ersatz::train
