#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nn/network_spec.hpp"
#include "nn/onednn.hpp"

namespace ersatz::nn {

/// One piece of a pass, ready to run: a primitive with its memory, or a loop of our own.
struct Step {
  std::string name;           ///< "conv1 forward" or the like
  std::function<void()> run;  ///< done when it returns
  double flops = 0;           ///< nominal: 2 x the layer's multiplications; 0 where values are only moved
  /// Of a backward step: it is needed while one of the first `serves` parameters is trained.
  std::size_t serves = 0;
};

/// A parameter tensor: the f32 master value and its gradient, both in the layout in which the
/// primitive writes the gradient, so that the update is one flat loop.
struct CompiledParameter {
  ParameterSpec spec;
  dnnl::memory value, gradient;  ///< gradient is empty in inference programs and where nothing is trained
};

/// A network for one batch size: what compile() makes of a NetworkSpec.
struct Program {
  dnnl::memory input;                         ///< f32, plain [batch, c, h, w]
  dnnl::memory outputs;                       ///< f32, plain [batch, c, h, w] or [batch, features]
  dnnl::memory output_gradients;              ///< the same; empty in inference programs
  dnnl::memory input_gradients;               ///< as `input`; empty where nobody asked for them
  std::vector<CompiledParameter> parameters;  ///< in the order of parameter_specs()
  std::vector<Step> forward, backward;
  /// From the master values to the types and layouts that forward and backward read.
  std::vector<Step> weights_changed;
  std::vector<dnnl::memory> kept;  ///< memory that steps see only through views
  std::size_t bytes = 0;           ///< of everything that the program holds
  std::size_t scratch = 0;         ///< bytes that oneDNN works in, shared by the primitives of a thread
};

/// The activation between two layers while a program is compiled.
struct Activation {
  dnnl::memory value;
  dnnl::memory gradient;  ///< same layout; empty where no gradient is needed
  Shape shape;
  /// The layer whose ReLU made the value, while the ReLU's backward pass is still to be added: by the pooling that
  /// reads it, in one loop with its own, or by add_relu_backward(). Empty: none.
  std::string pending_relu = {};
};

/// Holds what the layers' compile functions share. Each layer appends its forward steps and one
/// group of backward steps; the groups run in reverse.
class Compiler {
 public:
  /// What becomes of the memory of a program. `counted`: it is not there, only its bytes are known, and the program
  /// cannot run.
  enum class Memory { taken, counted };

  Compiler(int batch, Precision precision, bool training, Memory memory = Memory::taken)
      : batch_(batch), precision_(precision), training_(training), counts_(memory == Memory::counted) {}

  Program compile(const NetworkSpec& spec, bool input_gradients = false);

  int batch() const { return batch_; }
  Precision precision() const { return precision_; }
  DataType type() const { return data_type(precision_); }
  /// Nominal FLOPs of one pass of a layer with these weights: 2 x multiplications, padding included.
  double flops(const ParameterSpec& weights, const Shape& output) const;
  bool training() const { return training_; }

  /// Memory for a tensor, zeroed; without a place when memory is only counted.
  dnnl::memory allocate(const Desc& desc);
  /// Counts what a step holds besides tensors. False when memory is only counted, and it must not be taken.
  bool take(std::size_t bytes);
  /// A copy between layouts and types.
  Step reorder_step(std::string name, const dnnl::memory& from, const dnnl::memory& to);

  /// Memory for an activation, and for its gradient when one is needed.
  Activation make_activation(const Desc& desc, Shape shape, bool needs_gradient);
  /// The activation in another layout or type; adds reorders in both directions when it differs.
  Activation convert(const Activation& from, const Desc& wanted, const std::string& name);

  void add_forward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops = 0);
  void add_forward(Step step);
  void begin_backward_group();
  /// What a backward step is needed for: the gradients of the layer and of everything below it, or only those below.
  enum class For { layer, below };
  void add_backward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops = 0,
                    For use = For::layer);
  void add_backward(Step step, For use = For::layer);
  /// Adds a pending ReLU's backward pass, if there is one, as a group of its own: call it before the reader's group.
  void add_relu_backward(Activation& activation);

  /// Adds a parameter whose gradient is written in `layout` (f32). Returns it.
  CompiledParameter& add_parameter(const ParameterSpec& spec, const Desc& layout);
  /// The parameter as a primitive wants it, kept up to date from the master value; the same for every use of a layout.
  dnnl::memory parameter_view(const CompiledParameter& parameter, const Desc& wanted, const std::string& use);
  /// Copies `from` to `to` (layouts and types may differ) whenever weights change.
  void add_weights_copy(std::string name, const dnnl::memory& from, const dnnl::memory& to);

  /// Keeps memory alive that steps only see through views.
  void keep(const std::vector<dnnl::memory>& memory);

 private:
  int batch_;
  Precision precision_;
  bool training_;
  bool counts_;
  Program program_;
  std::size_t layer_begin_ = 0, layer_end_ = 0;  ///< the parameters of the layer that is being compiled
  std::vector<std::vector<Step>> backward_groups_;
  std::vector<std::pair<std::string, dnnl::memory>> views_;  ///< that parameter_view() made, by parameter
};

// A function per kind of layer, each in a file of its own. `specs` are the layer's parameters.
Activation compile_conv(Compiler& compiler, const Activation& input, const Conv2d& layer,
                        const std::vector<ParameterSpec>& specs);
/// For inference on 2x2 images, where it is faster.
Activation compile_conv_2x2(Compiler& compiler, const Activation& input, const Conv2d& layer,
                            const std::vector<ParameterSpec>& specs);
Activation compile_batch_norm(Compiler& compiler, const Activation& input, const BatchNorm& layer,
                              const std::vector<ParameterSpec>& specs);
Activation compile_gelu(Compiler& compiler, const Activation& input, const std::string& name);
Activation compile_dense(Compiler& compiler, const Activation& input, const Dense& layer,
                         const std::vector<ParameterSpec>& specs, bool last);
Activation compile_pool(Compiler& compiler, Activation input, Pooling kind, const Dims& window, Shape out_shape,
                        const std::string& name);
Activation compile_two_logits(Compiler& compiler, const Activation& input, const std::string& name);
Activation compile_scale(Compiler& compiler, const Activation& input, const Scale& layer, const std::string& name);

}  // namespace ersatz::nn
