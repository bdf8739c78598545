#include "train/lookahead.hpp"

namespace ersatz::train {

Lookahead::Lookahead(nn::Network& network) : network_(&network), parameters_(network.parameters()) {
  for (const nn::Parameter& parameter : parameters_) {
    averages_.emplace_back(parameter.value.begin(), parameter.value.end());
  }
}

void Lookahead::update(double kept) {
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

nn::NamedTensors Lookahead::state() const {
  nn::NamedTensors tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    tensors.emplace_back(parameters_[i].name, network_->to_tensor(i, averages_[i]));
  }
  return tensors;
}

void Lookahead::set_state(const nn::NamedTensors& state) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    network_->from_tensor(i, nn::find_tensor(state, parameters_[i].name), averages_[i]);
  }
}

}  // namespace ersatz::train
