#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/tensor.hpp"
#include "onnx.pb.h"

namespace ersatz::onnx {

/// The value of an operator's attribute.
using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
using Attributes = std::map<std::string, Attribute>;

/// Builds a graph operator by operator. Values are known by names, which it makes up. This header is private to the
/// room.
class GraphBuilder {
 public:
  explicit GraphBuilder(pb::GraphProto& graph) : graph_(graph) {}

  /// Adds the operator `op` and returns the name of its only output.
  std::string add(std::string_view op, const std::vector<std::string>& inputs, const Attributes& attributes = {});
  /// The same with the output's name given.
  std::string add_named(std::string output, std::string_view op, const std::vector<std::string>& inputs,
                        const Attributes& attributes = {});

  /// Adds values that the file holds; returns `name`.
  std::string add_tensor(const std::string& name, const nn::Tensor& tensor);
  std::string add_tensor(const std::string& name, const std::vector<std::int64_t>& shape,
                         const std::vector<float>& values);
  /// A list of whole numbers. The name is made up.
  std::string add_numbers(const std::vector<std::int64_t>& values);

 private:
  pb::GraphProto& graph_;
  int made_up_ = 0;
};

}  // namespace ersatz::onnx
