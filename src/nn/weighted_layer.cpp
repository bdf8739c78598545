#include "nn/weighted_layer.hpp"

#include <utility>

namespace ersatz::nn {

WeightedLayer::WeightedLayer(Compiler& compiler, std::string name, const std::vector<ParameterSpec>& specs,
                             const Shape& output)
    : compiler_(compiler), name_(std::move(name)), specs_(specs), flops_(compiler.flops(specs[0], output)) {}

Desc WeightedLayer::bias_desc() const {
  return specs_.size() > 1 ? plain_desc({specs_[1].shape[0]}, DataType::f32) : Desc();
}

void WeightedLayer::add_parameters(const Desc& layout) {
  weights_ = compiler_.add_parameter(specs_[0], layout);
  if (specs_.size() > 1) bias_ = compiler_.add_parameter(specs_[1], bias_desc());
}

void WeightedLayer::add_forward(const dnnl::primitive& primitive, const Desc& weights, const dnnl::memory& src,
                                const dnnl::memory& dst) {
  Arguments arguments{{DNNL_ARG_SRC, src},
                      {DNNL_ARG_WEIGHTS, compiler_.parameter_view(weights_, weights, "forward")},
                      {DNNL_ARG_DST, dst}};
  if (bias_.value) arguments.insert({DNNL_ARG_BIAS, bias_.value});
  compiler_.add_forward(name_ + " forward", primitive, std::move(arguments), flops_);
}

void WeightedLayer::add_backward_data(const dnnl::primitive& primitive, const Desc& weights,
                                      const dnnl::memory& diff_dst, const dnnl::memory& diff_src) {
  compiler_.add_backward(name_ + " backward data", primitive,
                         {{DNNL_ARG_DIFF_DST, diff_dst},
                          {DNNL_ARG_WEIGHTS, compiler_.parameter_view(weights_, weights, "backward data")},
                          {DNNL_ARG_DIFF_SRC, diff_src}},
                         flops_, Compiler::For::below);
}

void WeightedLayer::add_backward_weights(const dnnl::primitive& primitive, const dnnl::memory& src,
                                         const dnnl::memory& diff_dst, const dnnl::memory& diff_weights) {
  Arguments arguments{{DNNL_ARG_SRC, src}, {DNNL_ARG_DIFF_DST, diff_dst}, {DNNL_ARG_DIFF_WEIGHTS, diff_weights}};
  if (bias_.gradient) arguments.insert({DNNL_ARG_DIFF_BIAS, bias_.gradient});
  compiler_.add_backward(name_ + " backward weights", primitive, std::move(arguments), flops_);
}

}  // namespace ersatz::nn
