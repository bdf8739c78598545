#include "train/layer_times.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>

#include "base/random.hpp"
#include "data/random_images.hpp"
#include "nn/loss.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::train {
namespace {

constexpr int kWarmUp = 5;

// Median seconds of one call.
double time_of(int repetitions, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = Clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  const auto middle = seconds.begin() + repetitions / 2;
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

std::vector<nn::StepTime> time_network(nn::Network& network, int repetitions) {
  network.time_steps(kWarmUp);
  return network.time_steps(repetitions);
}

nn::StepTime time_assembly(const data::PixelTransform& transform, data::ImageShape shape, int classes, int repetitions,
                           nn::Network& network) {
  const data::RandomImages images(transform, shape, classes);
  const std::vector<std::uint32_t> order = data::shuffled_order(images.size(), 1, 1);
  const auto batch = static_cast<std::size_t>(network.batch());
  std::vector<std::uint32_t> indices(batch);
  std::size_t next = 0;
  return {"assemble batch", time_of(repetitions, [&] {
            for (std::uint32_t& index : indices) index = order[next++ % order.size()];
            images.fill(indices, 1, network.input().data());
          })};
}

}  // namespace

double LayerTimes::seconds() const {
  return std::accumulate(steps.begin(), steps.end(), 0.0,
                         [](double sum, const nn::StepTime& step) { return sum + step.seconds; });
}

double LayerTimes::flops() const {
  return std::accumulate(steps.begin(), steps.end(), 0.0,
                         [](double sum, const nn::StepTime& step) { return sum + step.flops; });
}

LayerTimes time_training(const models::Classifier& classifier, int batch, nn::Precision precision, int repetitions) {
  nn::Network network(classifier.network, {batch, precision, true});
  network.set_weights(models::initial_weights(classifier, 1));
  nn::Sgd optimizer(network, {});
  LayerTimes times;
  const nn::Shape input = classifier.network.input;
  if (classifier.backbone) {
    Random random(1, "features");
    for (float& value : network.input()) value = random.uniform();
  } else {
    times.steps.push_back(
        time_assembly(classifier.transform, {input.height, input.width}, network.output_size(), repetitions, network));
  }
  std::vector<std::int32_t> labels;
  for (int i = 0; i < batch; ++i) labels.push_back(i % network.output_size());
  network.forward();
  const auto loss = [&] {
    nn::softmax_cross_entropy(network.outputs(), labels, network.output_size(), network.output_gradients());
  };
  loss();
  const std::vector<nn::StepTime> steps = time_network(network, repetitions);
  times.steps.insert(times.steps.end(), steps.begin(), steps.end());
  times.steps.push_back({"loss", time_of(repetitions, loss)});
  times.steps.push_back({"update weights", time_of(repetitions, [&] { optimizer.descend(0.001); })});
  return times;
}

LayerTimes time_features(const models::Backbone& backbone, data::ImageShape shape, int batch, nn::Precision precision,
                         int repetitions) {
  nn::Network network(backbone.network, {batch, precision, false});
  network.set_weights(models::initial_weights(backbone.network, 1));
  LayerTimes times;
  times.steps.push_back(time_assembly({}, shape, 1, repetitions, network));
  const std::vector<nn::StepTime> steps = time_network(network, repetitions);
  times.steps.insert(times.steps.end(), steps.begin(), steps.end());
  return times;
}

}  // namespace ersatz::train
