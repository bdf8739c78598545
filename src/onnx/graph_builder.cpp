#include "onnx/graph_builder.hpp"

#include <fmt/format.h>

#include <bit>
#include <utility>

#include "base/overloaded.hpp"

namespace ersatz::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data are little-endian");

template <typename T>
void set_values(pb::TensorProto& tensor, pb::TensorProto::DataType type, const std::vector<std::int64_t>& shape,
                const std::vector<T>& values) {
  tensor.set_data_type(type);
  for (const std::int64_t extent : shape) tensor.add_dims(extent);
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
}

void set_value(pb::AttributeProto& attribute, const Attribute& value) {
  using pb::AttributeProto;
  std::visit(Overloaded{[&](std::int64_t number) {
                          attribute.set_type(AttributeProto::INT);
                          attribute.set_i(number);
                        },
                        [&](float number) {
                          attribute.set_type(AttributeProto::FLOAT);
                          attribute.set_f(number);
                        },
                        [&](const std::string& text) {
                          attribute.set_type(AttributeProto::STRING);
                          attribute.set_s(text);
                        },
                        [&](const std::vector<std::int64_t>& numbers) {
                          attribute.set_type(AttributeProto::INTS);
                          for (const std::int64_t number : numbers) attribute.add_ints(number);
                        }},
             value);
}

}  // namespace

std::string GraphBuilder::add(std::string_view op, const std::vector<std::string>& inputs,
                              const Attributes& attributes) {
  return add_named(fmt::format("{}_{}", op, ++made_up_), op, inputs, attributes);
}

std::string GraphBuilder::add_named(std::string output, std::string_view op, const std::vector<std::string>& inputs,
                                    const Attributes& attributes) {
  pb::NodeProto& node = *graph_.add_node();
  node.set_name(output);
  node.set_op_type(std::string(op));
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  for (const auto& [name, value] : attributes) {
    pb::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    set_value(attribute, value);
  }
  return output;
}

std::string GraphBuilder::add_tensor(const std::string& name, const nn::Tensor& tensor) {
  return add_tensor(name, tensor.shape, tensor.values);
}

std::string GraphBuilder::add_tensor(const std::string& name, const std::vector<std::int64_t>& shape,
                                     const std::vector<float>& values) {
  pb::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  set_values(tensor, pb::TensorProto::FLOAT, shape, values);
  return name;
}

std::string GraphBuilder::add_numbers(const std::vector<std::int64_t>& values) {
  pb::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(fmt::format("numbers_{}", ++made_up_));
  set_values(tensor, pb::TensorProto::INT64, {static_cast<std::int64_t>(values.size())}, values);
  return tensor.name();
}

}  // namespace ersatz::onnx
