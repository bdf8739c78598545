#include "models/pretrained.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/isolated.hpp"
#include "base/json.hpp"
#include "models/backbone.hpp"
#include "models/classifier_name.hpp"
#include "nn/keras_file.hpp"
#include "nn/safetensors.hpp"

namespace ersatz::models {
namespace fs = std::filesystem;

namespace {

constexpr unsigned kConversionSeconds = 120;

data::PixelTransform keras_transform() { return {data::Channels::bgr, 1.0F, {103.939F, 116.779F, 123.68F}, {1, 1, 1}}; }

data::PixelTransform torchvision_transform() {
  return {data::Channels::rgb, 1.0F / 255.0F, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
}

// A file may say itself how its images were prepared.
data::PixelTransform stated_transform(const std::string& text, const fs::path& file) {
  Json stated;
  try {
    stated = parse_json(text);
  } catch (const Error& problem) {
    throw Error(fmt::format("{} has a preprocessing in its metadata that {}", file.string(), problem.what()));
  }
  try {
    data::PixelTransform transform;
    const auto channels = stated.at("channels").get<std::string>();
    if (channels != "rgb" && channels != "bgr") throw Error("channels are neither rgb nor bgr");
    transform.channels = channels == "rgb" ? data::Channels::rgb : data::Channels::bgr;
    stated.at("scale").get_to(transform.scale);
    stated.at("mean").get_to(transform.mean);
    stated.at("deviation").get_to(transform.deviation);
    return transform;
  } catch (const std::exception& problem) {
    throw Error(
        fmt::format("{} has a preprocessing in its metadata that cannot be used: {}", file.string(), problem.what()));
  }
}

// What a Keras file holds, from the cache or converted into it.
nn::NamedTensors read_keras(const fs::path& file, const std::string& hash, const fs::path& cache) {
  const fs::path converted = cache / "weights" / (hash + ".safetensors");
  if (!fs::exists(converted)) {
    try {
      run_isolated(
          [&] {
            nn::write_safetensors(converted, {nn::read_keras_file(file), {{"source_sha256", hash}}});
          },
          kConversionSeconds);
    } catch (const IsolatedFailure& failure) {
      throw Error(fmt::format("{} cannot be read: {}", file.string(), failure.what()), "the file is damaged");
    }
  }
  return nn::read_safetensors(converted).tensors;
}

// PyTorch's own files are pickles, whose reading runs code from the file.
void refuse_pickle(const fs::path& file, std::string_view bytes) {
  if (!bytes.starts_with("PK\x03\x04") && !bytes.starts_with("\x80\x02")) return;
  throw Error(fmt::format("{} is a PyTorch file, which is not read: it may run code", file.string()),
              "save the weights as safetensors (safetensors.torch.save_file)");
}

// torchvision counts all modules of its Sequential: convolution, ReLU, ..., max pooling.
std::vector<std::string> torchvision_names(const std::vector<nn::ParameterSpec>& parameters) {
  std::vector<std::string> names;
  int module = 0;
  char block = '1';
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    const char own_block = parameters[i].name[5];  // "blockN_..."
    if (own_block != block) ++module;              // the pooling between
    block = own_block;
    names.push_back(fmt::format("features.{}.weight", module));
    names.push_back(fmt::format("features.{}.bias", module));
    module += 2;
  }
  return names;
}

bool holds(const nn::NamedTensors& tensors, const std::string& name) {
  return std::any_of(tensors.begin(), tensors.end(), [&](const auto& entry) { return entry.first == name; });
}

// The backbone's parameters in order, from tensors called `names`.
nn::NamedTensors pick(nn::NamedTensors& tensors, const std::vector<std::string>& names,
                      const std::vector<nn::ParameterSpec>& parameters, const fs::path& file, std::string_view backbone,
                      const std::string& hint) {
  nn::NamedTensors picked;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(), [&](const auto& entry) { return entry.first == names[i]; });
    const std::string needed =
        fmt::format("{} needs {} [{}]", backbone, names[i], fmt::join(parameters[i].shape, ", "));
    if (found == tensors.end()) {
      throw Error(fmt::format("{} does not hold {}'s weights: {} and it is not there", file.string(), backbone, needed),
                  hint);
    }
    nn::Tensor& tensor = found->second;
    if (tensor.shape != parameters[i].shape) {
      throw Error(fmt::format("{} does not hold {}'s weights: {} but it is [{}] there", file.string(), backbone, needed,
                              fmt::join(tensor.shape, ", ")));
    }
    if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float value) { return std::isfinite(value); })) {
      throw Error(fmt::format("{} holds values that are not finite in {}", file.string(), names[i]));
    }
    picked.emplace_back(parameters[i].name, std::move(tensor));
  }
  return picked;
}

}  // namespace

PretrainedWeights load_pretrained(std::string_view backbone, const fs::path& file, const fs::path& cache) {
  const std::vector<nn::ParameterSpec> parameters = backbone_parameters(backbone);
  const std::string network = parse_classifier_name(backbone).base;
  PretrainedWeights weights;
  const MappedFile content(file);
  refuse_pickle(file, content.text());
  weights.file_hash = to_hex(sha256(content.bytes()));
  const bool keras = nn::is_hdf5(file);
  nn::SafeTensors stored =
      keras ? nn::SafeTensors{read_keras(file, weights.file_hash, cache), {}} : nn::read_safetensors(file);
  nn::NamedTensors& tensors = stored.tensors;
  const auto stated = stored.metadata.find("preprocessing");
  std::vector<std::string> names;
  if (!keras && holds(tensors, "features.0.weight")) {
    names = torchvision_names(parameters);
    weights.transform = torchvision_transform();
  } else {
    for (const nn::ParameterSpec& parameter : parameters) names.push_back(parameter.name);
    weights.transform = keras_transform();
  }
  if (stated != stored.metadata.end()) weights.transform = stated_transform(stated->second, file);
  const auto whole = stored.metadata.find("network");
  const std::string hint =
      whole == stored.metadata.end() ? "" : fmt::format("it holds {}: ask for this classifier", whole->second);
  weights.tensors = pick(tensors, names, parameters, file, network, hint);
  return weights;
}

std::string weights_title(const fs::path& file) {
  const auto metadata = nn::read_safetensors_metadata(file);
  const auto title = metadata.find("title");
  return title == metadata.end() ? "" : title->second;
}

}  // namespace ersatz::models
