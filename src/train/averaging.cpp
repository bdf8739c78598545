#include "train/averaging.hpp"

namespace ersatz::train {

WeightAverage::WeightAverage(const models::Averaging& averaging, nn::Network& network, std::int64_t total_steps)
    : averaging_(averaging), network_(&network), total_steps_(total_steps), parameters_(network.parameters()) {
  for (const nn::Parameter& parameter : parameters_) {
    averages_.emplace_back(parameter.value.begin(), parameter.value.end());
  }
}

void WeightAverage::after_step(std::int64_t steps) {
  const double share = static_cast<double>(steps) / static_cast<double>(total_steps_);
  if (steps % averaging_.every == 0) update(averaging_.most * share * share * share);
  if (steps == total_steps_) update(1);  // the average is the result
}

void WeightAverage::update(double kept) {
  const auto keep = static_cast<float>(kept), take = static_cast<float>(1 - kept);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    float* average = averages_[i].data();
    float* value = parameters_[i].value.data();
    for (std::size_t k = 0; k < averages_[i].size(); ++k) {
      // From the nearer end, as torch.lerp does: exact at both, and what does not move stays as it is.
      const float distance = value[k] - average[k];
      average[k] = take < 0.5F ? average[k] + take * distance : value[k] - keep * distance;
      value[k] = average[k];
    }
  }
  network_->weights_changed();
}

nn::NamedTensors WeightAverage::state() const {
  nn::NamedTensors tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    tensors.emplace_back(parameters_[i].name, network_->to_tensor(i, averages_[i]));
  }
  return tensors;
}

void WeightAverage::set_state(const nn::NamedTensors& state) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    network_->from_tensor(i, nn::find_tensor(state, parameters_[i].name), averages_[i]);
  }
}

}  // namespace ersatz::train
