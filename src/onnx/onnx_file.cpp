#include "onnx/onnx_file.hpp"

#include <array>
#include <numbers>
#include <variant>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "onnx/graph_builder.hpp"
#include "train/test_views.hpp"

namespace ersatz::onnx {
namespace {

using Ints = std::vector<std::int64_t>;

constexpr int kFormatVersion = 7, kOperators = 13;  // ONNX 1.8

/// One channel's values as [1, channels, 1, 1].
std::string per_channel(GraphBuilder& graph, const std::string& name, const std::array<float, 3>& values,
                        int channels) {
  return graph.add_tensor(name, {1, channels, 1, 1}, {values.begin(), values.begin() + channels});
}

/// pixels [N, h, w, 3] -> what the network reads [N, c, h, w] (data/pixel_transform.hpp).
std::string add_transform(GraphBuilder& graph, const data::PixelTransform& transform) {
  std::string x = graph.add("Cast", {kPixels}, {{"to", std::int64_t{pb::TensorProto::FLOAT}}});
  x = graph.add("Transpose", {x}, {{"perm", Ints{0, 3, 1, 2}}});
  switch (transform.channels) {
    case data::Channels::rgb: break;
    case data::Channels::bgr:
      x = graph.add("Gather", {x, graph.add_numbers({2, 1, 0})}, {{"axis", std::int64_t{1}}});
      break;
    case data::Channels::grey:
      // Whole numbers below 2^24: exact in floats, in whatever order they are added.
      x = graph.add("Conv", {x, graph.add_tensor("grey.weight", {1, 3, 1, 1}, {19595, 38470, 7471}),
                             graph.add_tensor("grey.bias", {1}, {32768})});
      x = graph.add("Mul", {x, graph.add_tensor("grey.scale", {}, {1.0F / 65536})});
      x = graph.add("Floor", {x});
      break;
  }
  const int channels = transform.channel_count();
  x = graph.add("Mul", {x, graph.add_tensor("pixel.scale", {}, {transform.scale})});
  x = graph.add("Sub", {x, per_channel(graph, "pixel.mean", transform.mean, channels)});
  return graph.add("Div", {x, per_channel(graph, "pixel.deviation", transform.deviation, channels)});
}

/// The copies of x that a prediction averages over, one behind another: [views x N, c, h, w].
std::string add_views(GraphBuilder& graph, const std::string& x, const nn::Shape& shape) {
  const std::string padded =
      graph.add("Pad", {x, graph.add_numbers({0, 0, 1, 1, 0, 0, 1, 1})}, {{"mode", std::string("reflect")}});
  const std::string axes = graph.add_numbers({2, 3});
  std::vector<std::string> copies;
  for (const train::TestView& view : train::test_views()) {
    const std::int64_t top = 1 - view.down, left = 1 - view.right;
    std::string copy = graph.add("Slice", {padded, graph.add_numbers({top, left}),
                                           graph.add_numbers({top + shape.height, left + shape.width}), axes});
    if (view.mirrored) {
      copy = graph.add("Slice", {copy, graph.add_numbers({-1}), graph.add_numbers({-shape.width - 1}),
                                 graph.add_numbers({3}), graph.add_numbers({-1})});
    }
    copies.push_back(std::move(copy));
  }
  return graph.add("Concat", copies, {{"axis", std::int64_t{0}}});
}

/// [views x N, classes] -> [N, classes].
std::string add_average(GraphBuilder& graph, const std::string& x, int classes) {
  const auto views = train::test_views();
  std::vector<float> weights;
  for (const train::TestView& view : views) weights.push_back(static_cast<float>(view.weight));
  const auto count = static_cast<std::int64_t>(views.size());
  const std::string apart = graph.add("Reshape", {x, graph.add_numbers({count, -1, classes})});
  const std::string weighted = graph.add("Mul", {apart, graph.add_tensor("view.weight", {count, 1, 1}, weights)});
  return graph.add("ReduceSum", {weighted, graph.add_numbers({0})}, {{"keepdims", std::int64_t{0}}});
}

class Layers {
 public:
  Layers(GraphBuilder& graph, const models::WholeNetwork& model) : graph_(graph), model_(model) {}

  std::string add(std::string x) {
    const std::vector<nn::Shape> shapes = nn::output_shapes(model_.network);
    nn::Shape shape = model_.network.input;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      x = std::visit([&](const auto& layer) { return add(layer, x, shape); }, model_.network.layers[i]);
      shape = shapes[i];
    }
    return x;
  }

 private:
  std::string tensor(const std::string& name) { return graph_.add_tensor(name, nn::find_tensor(model_.weights, name)); }

  std::string add(const nn::Conv2d& conv, const std::string& x, const nn::Shape&) {
    const std::int64_t pad = conv.padding == nn::Padding::same ? (conv.kernel - 1) / 2 : 0;
    std::vector<std::string> inputs{x, tensor(conv.name + ".weight")};
    if (conv.bias) inputs.push_back(tensor(conv.name + ".bias"));
    const std::string y = graph_.add("Conv", inputs, {{"pads", Ints{pad, pad, pad, pad}}});
    return conv.relu ? graph_.add("Relu", {y}) : y;
  }

  std::string add(const nn::BatchNorm& norm, const std::string& x, const nn::Shape& shape) {
    const std::vector<float> ones(static_cast<std::size_t>(shape.channels), 1.0F);
    const std::string scale = graph_.add_tensor(norm.name + ".weight", {shape.channels}, ones);
    const std::string y = graph_.add("BatchNormalization",
                                     {x, scale, tensor(norm.name + ".bias"), tensor(norm.name + ".running_mean"),
                                      tensor(norm.name + ".running_var")},
                                     {{"epsilon", static_cast<float>(norm.epsilon)}});
    return norm.gelu ? gelu(y) : y;
  }

  std::string add(const nn::Gelu&, const std::string& x, const nn::Shape&) { return gelu(x); }

  // x (1 + erf(x / sqrt 2)) / 2; an operator of its own is there since version 20 only.
  std::string gelu(const std::string& x) {
    if (half_.empty()) {
      half_ = graph_.add_tensor("gelu.half", {}, {0.5F});
      one_ = graph_.add_tensor("gelu.one", {}, {1.0F});
      root_ = graph_.add_tensor("gelu.root", {}, {static_cast<float>(1 / std::numbers::sqrt2)});
    }
    const std::string erf = graph_.add("Erf", {graph_.add("Mul", {x, root_})});
    return graph_.add("Mul", {graph_.add("Mul", {x, half_}), graph_.add("Add", {erf, one_})});
  }

  std::string add(const nn::MaxPool& pool, const std::string& x, const nn::Shape&) {
    const Ints window{pool.size, pool.size};
    return graph_.add("MaxPool", {x}, {{"kernel_shape", window}, {"strides", window}});
  }

  std::string add(const nn::GlobalAveragePool&, const std::string& x, const nn::Shape&) {
    return flatten(graph_.add("GlobalAveragePool", {x}));
  }

  std::string add(const nn::GlobalMaxPool&, const std::string& x, const nn::Shape&) {
    return flatten(graph_.add("GlobalMaxPool", {x}));
  }

  std::string add(const nn::Flatten&, const std::string& x, const nn::Shape&) { return flatten(x); }

  std::string flatten(const std::string& x) { return graph_.add("Flatten", {x}, {{"axis", std::int64_t{1}}}); }

  std::string add(const nn::Dense& dense, const std::string& x, const nn::Shape&) {
    std::vector<std::string> inputs{x, tensor(dense.name + ".weight")};
    if (dense.bias) inputs.push_back(tensor(dense.name + ".bias"));
    const std::string y = graph_.add("Gemm", inputs, {{"transB", std::int64_t{1}}});
    return dense.relu ? graph_.add("Relu", {y}) : y;
  }

  std::string add(const nn::Scale& scale, const std::string& x, const nn::Shape&) {
    return graph_.add("Mul", {x, graph_.add_tensor("logits.scale", {}, {static_cast<float>(scale.factor)})});
  }

  std::string add(const nn::TwoLogits&, const std::string& x, const nn::Shape&) {
    return graph_.add("Mul", {x, graph_.add_tensor("logits.sides", {1, 2}, {-0.5F, 0.5F})});
  }

  GraphBuilder& graph_;
  const models::WholeNetwork& model_;
  std::string half_, one_, root_;
};

void describe(pb::ValueInfoProto& value, const char* name, pb::TensorProto::DataType type, const Ints& shape) {
  value.set_name(name);
  pb::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  for (const std::int64_t extent : shape) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

}  // namespace

std::string to_onnx(const models::WholeNetwork& model, const std::string& name, const std::string& version,
                    const std::map<std::string, std::string>& metadata) {
  const nn::Shape& input = model.network.input;
  const int classes = static_cast<int>(nn::output_shapes(model.network).back().size());
  pb::ModelProto file;
  file.set_ir_version(kFormatVersion);
  file.set_producer_name("ersatz");
  file.set_producer_version(version);
  file.add_opset_import()->set_version(kOperators);
  for (const auto& [key, value] : metadata) {
    pb::StringStringEntryProto& entry = *file.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }

  pb::GraphProto& graph = *file.mutable_graph();
  graph.set_name(name);
  describe(*graph.add_input(), kPixels, pb::TensorProto::UINT8, {input.height, input.width, 3});
  describe(*graph.add_output(), kLogits, pb::TensorProto::FLOAT, {classes});
  describe(*graph.add_output(), kProbabilities, pb::TensorProto::FLOAT, {classes});

  GraphBuilder builder(graph);
  const bool views = model.views == models::TestViews::mirrored_and_moved;
  std::string x = add_transform(builder, model.transform);
  if (views) x = add_views(builder, x, input);
  x = Layers(builder, model).add(x);
  if (views) x = add_average(builder, x, classes);
  builder.add_named(kLogits, "Identity", {x});
  builder.add_named(kProbabilities, "Softmax", {kLogits}, {{"axis", std::int64_t{1}}});
  std::string bytes;
  if (!file.SerializeToString(&bytes)) throw Error("an ONNX file of more than 2 GB cannot be written");
  return bytes;
}

}  // namespace ersatz::onnx
