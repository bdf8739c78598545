#include "nn/network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/error.hpp"
#include "nn/program.hpp"
#include "nn/reorder.hpp"

namespace ersatz::nn {

struct Network::Impl {
  NetworkOptions options;
  int output_size = 0;
  Program program;
  std::vector<bool> trained;      ///< by parameter
  std::size_t first_trained = 0;  ///< the lowest parameter whose gradient is wanted

  void run(const std::vector<Step>& steps) const {
    for (const Step& step : steps) run(step);
  }
  static void run(const Step& step) {
    try {
      step.run();
    } catch (const dnnl::error& error) {
      throw missing_memory(error);
    }
  }
  // Throws Error when there is no such parameter.
  std::size_t find_parameter(const std::string& name) const {
    const auto& parameters = program.parameters;
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const CompiledParameter& parameter) { return parameter.spec.name == name; });
    if (found == parameters.end()) throw Error(fmt::format("the network has no parameter \"{}\"", name));
    return static_cast<std::size_t>(found - parameters.begin());
  }
  // Of a step of the backward pass.
  bool is_needed(const Step& step) const { return options.input_gradients || step.serves > first_trained; }
  void find_first_trained() {
    first_trained = static_cast<std::size_t>(std::find(trained.begin(), trained.end(), true) - trained.begin());
  }
};

namespace {

Program compile(const NetworkSpec& spec, const NetworkOptions& options, Compiler::Memory memory) {
  try {
    return Compiler(options.batch, options.precision, options.training, memory)
        .compile(spec, options.training && options.input_gradients);
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw missing_memory(error);
    throw missing_precision(error, options.precision);
  }
}

std::span<float> floats(const dnnl::memory& memory) {
  return {static_cast<float*>(memory.get_data_handle()), float_count(memory)};
}

// The parameter's tensor as the caller has it, seen with the dimensions the layout has: [out, in]
// of a dense layer that reads images is [out, c, h, w].
dnnl::memory plain_view(const CompiledParameter& parameter, const float* values) {
  const Desc plain = plain_desc(dims_of(parameter.value.get_desc()), DataType::f32);
  return dnnl::memory(plain, engine(), const_cast<float*>(values));
}

NamedTensors collect(const Network& network, const std::vector<CompiledParameter>& parameters, bool gradients) {
  NamedTensors tensors;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const dnnl::memory& memory = gradients ? parameters[i].gradient : parameters[i].value;
    if (memory) tensors.emplace_back(parameters[i].spec.name, network.to_tensor(i, floats(memory)));
  }
  return tensors;
}

}  // namespace

std::size_t memory_bytes(const NetworkSpec& spec, const NetworkOptions& options) {
  const Program program = compile(spec, options, Compiler::Memory::counted);
  return program.bytes + program.scratch;
}

Network::Network(const NetworkSpec& spec, const NetworkOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  impl_->program = compile(spec, options, Compiler::Memory::taken);
  impl_->output_size = static_cast<int>(output_shapes(spec).back().size());
  for (const CompiledParameter& parameter : impl_->program.parameters) {
    impl_->trained.push_back(static_cast<bool>(parameter.gradient));
  }
  impl_->find_first_trained();
  weights_changed();
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

int Network::batch() const { return impl_->options.batch; }
int Network::output_size() const { return impl_->output_size; }

std::size_t Network::memory_bytes() const { return impl_->program.bytes + impl_->program.scratch; }

std::span<float> Network::input() { return floats(impl_->program.input); }
std::span<const float> Network::outputs() const { return floats(impl_->program.outputs); }
std::span<float> Network::output_gradients() { return floats(impl_->program.output_gradients); }
void Network::forward() { impl_->run(impl_->program.forward); }
void Network::backward() {
  for (const Step& step : impl_->program.backward) {
    if (impl_->is_needed(step)) Impl::run(step);
  }
}
std::span<const float> Network::input_gradients() const { return floats(impl_->program.input_gradients); }

void Network::freeze(const std::string& name) {
  impl_->trained[impl_->find_parameter(name)] = false;
  impl_->find_first_trained();
}

void Network::weights_changed() { impl_->run(impl_->program.weights_changed); }

std::vector<Parameter> Network::parameters() {
  std::vector<Parameter> parameters;
  for (CompiledParameter& parameter : impl_->program.parameters) {
    parameters.push_back({parameter.spec.name, floats(parameter.value),
                          parameter.gradient ? floats(parameter.gradient) : std::span<float>(), parameter.spec.role});
  }
  return parameters;
}

std::vector<StepTime> Network::time_steps(int repetitions) {
  using Clock = std::chrono::steady_clock;
  std::vector<const Step*> steps;
  for (const Step& step : impl_->program.forward) steps.push_back(&step);
  for (const Step& step : impl_->program.backward) {
    if (impl_->is_needed(step)) steps.push_back(&step);
  }
  if (impl_->options.training) {
    for (const Step& step : impl_->program.weights_changed) steps.push_back(&step);
  }
  std::vector<std::vector<double>> seconds(steps.size());
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto start = Clock::now();
      steps[i]->run();
      seconds[i].push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
  }
  std::vector<StepTime> times;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto middle = seconds[i].begin() + repetitions / 2;
    std::nth_element(seconds[i].begin(), middle, seconds[i].end());
    times.push_back({steps[i]->name, *middle, steps[i]->flops});
  }
  return times;
}

NamedTensors Network::weights() const { return collect(*this, impl_->program.parameters, false); }
NamedTensors Network::gradients() const { return collect(*this, impl_->program.parameters, true); }

void Network::set_weights(const NamedTensors& weights) {
  for (std::size_t i = 0; i < impl_->program.parameters.size(); ++i) {
    const CompiledParameter& parameter = impl_->program.parameters[i];
    from_tensor(i, find_tensor(weights, parameter.spec.name), floats(parameter.value));
  }
  weights_changed();
}

void Network::set_weight(const std::string& name, const Tensor& tensor) {
  const std::size_t i = impl_->find_parameter(name);
  from_tensor(i, tensor, floats(impl_->program.parameters[i].value));
  weights_changed();
}

Tensor Network::to_tensor(std::size_t i, std::span<const float> values) const {
  const CompiledParameter& parameter = impl_->program.parameters.at(i);
  Tensor tensor{parameter.spec.shape, std::vector<float>(element_count(parameter.spec.shape))};
  const dnnl::memory inner(parameter.value.get_desc(), engine(), const_cast<float*>(values.data()));
  reorder(inner, plain_view(parameter, tensor.values.data()));
  return tensor;
}

void Network::from_tensor(std::size_t i, const Tensor& tensor, std::span<float> values) const {
  const CompiledParameter& parameter = impl_->program.parameters.at(i);
  if (tensor.shape != parameter.spec.shape) {
    throw Error(fmt::format("{} has the shape [{}] but [{}] is needed", parameter.spec.name,
                            fmt::join(tensor.shape, ", "), fmt::join(parameter.spec.shape, ", ")));
  }
  const dnnl::memory inner(parameter.value.get_desc(), engine(), values.data());
  reorder(plain_view(parameter, tensor.values.data()), inner);
}

}  // namespace ersatz::nn
