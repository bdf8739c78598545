#include "models/pretrained.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/damaged_file.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "models/backbone.hpp"
#include "models/classifier_name.hpp"
#include "nn/keras_file.hpp"
#include "nn/safetensors.hpp"
#include "nn/tensor_check.hpp"

namespace ersatz::models {
namespace fs = std::filesystem;

namespace {

// Of a conversion: VGG16 takes a second, and its own size twice beside what the library needs.
constexpr unsigned kConversionSeconds = 60;
constexpr std::uint64_t kConversionMemory = 512'000'000;  ///< beside four times the weights

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

const std::string kCheck = "check";

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

/// What a backbone needs of a file.
struct Needs {
  std::string network;                        ///< "vgg16", for messages
  std::vector<nn::ParameterSpec> parameters;  ///< of the backbone
  std::vector<std::string> names;             ///< what the file calls them
  std::string hint;                           ///< where one is missing
};

// The tensor that is parameter i. Throws Error when it is missing, of another shape, or not finite.
nn::Tensor& find_needed(nn::NamedTensors& tensors, const Needs& needs, std::size_t i, const fs::path& file) {
  const auto& shape = needs.parameters[i].shape;
  const std::string& name = needs.names[i];
  const std::string needed = fmt::format("{} needs {} [{}]", needs.network, name, fmt::join(shape, ", "));
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto& entry) { return entry.first == name; });
  if (found == tensors.end()) {
    throw Error(
        fmt::format("{} does not hold {}'s weights: {} and it is not there", file.string(), needs.network, needed),
        needs.hint);
  }
  nn::Tensor& tensor = found->second;
  if (tensor.shape != shape) {
    throw Error(fmt::format("{} does not hold {}'s weights: {} but it is [{}] there", file.string(), needs.network,
                            needed, fmt::join(tensor.shape, ", ")));
  }
  if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float value) { return std::isfinite(value); })) {
    throw Error(fmt::format("{} holds values that are not finite in {}", file.string(), name));
  }
  return tensor;
}

// The backbone's parameters in order, under its own names.
nn::NamedTensors pick(nn::NamedTensors& tensors, const Needs& needs, const fs::path& file) {
  nn::NamedTensors picked;
  for (std::size_t i = 0; i < needs.parameters.size(); ++i) {
    picked.emplace_back(needs.parameters[i].name, std::move(find_needed(tensors, needs, i, file)));
  }
  return picked;
}

// What a Keras file, `bytes` of it all, holds of the whole network, from the cache or converted into it. What lacks
// something is not kept.
nn::NamedTensors read_keras(const fs::path& file, std::string_view bytes, const std::string& hash,
                            const fs::path& cache, const Needs& needs) {
  const fs::path converted = cache / "weights" / fmt::format("{}-{}.safetensors", needs.network, hash);
  if (!fs::exists(converted)) {
    const std::vector<nn::ParameterSpec> whole = backbone_parameters(needs.network);
    std::uint64_t size = 0;
    for (const nn::ParameterSpec& parameter : whole) size += nn::element_count(parameter.shape) * sizeof(float);
    try {
      nn::NamedTensors tensors = nn::read_keras_in_sandbox(
          bytes, file, whole, {.cpu_seconds = kConversionSeconds, .memory = kConversionMemory + 4 * size});
      for (std::size_t i = 0; i < needs.parameters.size(); ++i) find_needed(tensors, needs, i, file);
      const std::string check = nn::tensor_check(tensors);
      make_folders(cache);
      nn::write_safetensors(converted, {std::move(tensors), {{"source_sha256", hash}, {kCheck, check}}});
    } catch (const IsolatedFailure& failure) {
      throw Error(fmt::format("{} cannot be read: {}", file.string(), failure.what()), "the file is damaged");
    }
  }
  nn::SafeTensors kept;
  try {
    kept = nn::read_safetensors(converted);
  } catch (const Error& problem) {
    throw DamagedFile(converted, problem.what());
  }
  const auto check = kept.metadata.find(kCheck);  // versions up to 0.2 wrote none
  if (check != kept.metadata.end() && check->second != nn::tensor_check(kept.tensors)) {
    throw DamagedFile(converted,
                      fmt::format("{} is damaged: it holds other weights than were written", converted.string()));
  }
  return kept.tensors;
}

}  // namespace

PretrainedWeights load_pretrained(std::string_view backbone, const fs::path& file, const fs::path& cache) {
  Needs needs{parse_classifier_name(backbone).base, backbone_parameters(backbone), {}, {}};
  for (const nn::ParameterSpec& parameter : needs.parameters) needs.names.push_back(parameter.name);
  PretrainedWeights weights;
  weights.transform = keras_transform();
  const MappedFile content(file);
  refuse_pickle(file, content.text());
  weights.file_hash = to_hex(sha256(content.bytes()));
  if (nn::is_hdf5(file)) {
    nn::NamedTensors tensors = read_keras(file, content.text(), weights.file_hash, cache, needs);
    weights.tensors = pick(tensors, needs, file);
    return weights;
  }
  nn::SafeTensors stored = nn::read_safetensors(file);
  if (holds(stored.tensors, "features.0.weight")) {
    needs.names = torchvision_names(needs.parameters);
    weights.transform = torchvision_transform();
  }
  const auto stated = stored.metadata.find("preprocessing"), whole = stored.metadata.find("network");
  if (stated != stored.metadata.end()) weights.transform = stated_transform(stated->second, file);
  if (whole != stored.metadata.end()) needs.hint = fmt::format("it holds {}: ask for this classifier", whole->second);
  weights.tensors = pick(stored.tensors, needs, file);
  return weights;
}

std::string weights_title(const fs::path& file) {
  const auto metadata = nn::read_safetensors_metadata(file);
  const auto title = metadata.find("title");
  return title == metadata.end() ? "" : title->second;
}

}  // namespace ersatz::models
