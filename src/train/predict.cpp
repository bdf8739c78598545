#include "train/predict.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "base/stop.hpp"
#include "nn/loss.hpp"
#include "train/test_views.hpp"

namespace ersatz::train {

Predictor::Predictor(const nn::NetworkSpec& network, models::TestViews views, const nn::NamedTensors& weights,
                     int batch)
    : input_(network.input), views_(views), network_(network, {batch, nn::Precision::f32, false}) {
  network_.set_weights(weights);
}

Matrix Predictor::predict(const data::BatchSource& examples) {
  const auto classes = static_cast<std::size_t>(network_.output_size());
  Matrix probabilities{examples.size(), classes, std::vector<float>(examples.size() * classes)};
  std::vector<std::uint32_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t done = 0; done < order.size();) {
    if (stop_requested()) throw Stopped();
    const std::size_t count = std::min(order.size() - done, static_cast<std::size_t>(network_.batch()));
    examples.fill(std::span<const std::uint32_t>(order).subspan(done, count), 0, network_.input().data());
    const auto write = [&](std::span<const float> logits) {
      nn::softmax(logits.first(count * classes), network_.output_size(),
                  std::span(probabilities.values).subspan(done * classes, count * classes));
    };
    if (views_ == models::TestViews::plain) {
      network_.forward();
      write(network_.outputs());
    } else {
      write(forward_views(network_, input_));
    }
    done += count;
  }
  return probabilities;
}

Matrix predict(const models::Classifier& classifier, models::TestViews views, const nn::NamedTensors& weights,
               const data::BatchSource& examples) {
  return Predictor(classifier.network, views, weights).predict(examples);
}

}  // namespace ersatz::train
