#include "train/verifier_cache.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/unreadable_file.hpp"
#include "nn/safetensors.hpp"
#include "nn/tensor_check.hpp"
#include "train/checkpoint.hpp"
#include "train/trainer.hpp"

namespace ersatz::train {
namespace fs = std::filesystem;
namespace {

const std::string kCheck = "check";

// Everything that the bits of the weights depend on. A store's fingerprint holds its labels.
Json describe(const VerifierRequest& request, const data::Selection& photographs) {
  std::vector<std::pair<const data::ImageStore*, std::vector<std::uint32_t>>> stores;
  for (const data::ImageReference& image : photographs.images) {
    if (stores.empty() || stores.back().first != image.store) stores.push_back({image.store, {}});
    stores.back().second.push_back(image.index);
  }
  Json images = Json::array();
  for (const auto& [store, indices] : stores) {
    const Digest digest = sha256(std::as_bytes(std::span(indices)));
    images.push_back({{"store", store->fingerprint()}, {"indices", to_hex(digest)}});
  }
  return {{"format", 1},
          {"classifier", request.classifier},
          {"classes", request.classes},
          {"seed", request.seed},
          {"recipe", kVerifierRecipe},
          {"images", std::move(images)},
          {"engine", current_engine()}};
}

fs::path with_ending(const fs::path& file, std::string_view ending) {
  return fs::path(file).replace_extension().concat(ending);
}

std::string prefix(std::size_t network) { return fmt::format("{}.", network); }

void write(const fs::path& path, const std::array<nn::NamedTensors, 2>& weights) {
  nn::SafeTensors content;
  for (std::size_t network = 0; network < weights.size(); ++network) {
    for (const auto& [name, tensor] : weights.at(network)) content.tensors.emplace_back(prefix(network) + name, tensor);
  }
  content.metadata = {{"recipe", std::string(kVerifierRecipe)}, {kCheck, nn::tensor_check(content.tensors)}};
  nn::write_safetensors(path, content);
}

// Nothing where there is no such file. Throws Error when it is damaged.
std::optional<std::array<nn::NamedTensors, 2>> read(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  nn::SafeTensors content = nn::read_safetensors(path);
  const auto check = content.metadata.find(kCheck);
  if (check == content.metadata.end() || check->second != nn::tensor_check(content.tensors)) {
    throw Error(fmt::format("{} is damaged: it holds other weights than were written", path.string()));
  }
  std::array<nn::NamedTensors, 2> weights;
  for (auto& [name, tensor] : content.tensors) {
    const std::size_t network = name.starts_with(prefix(0)) ? 0 : 1;
    weights.at(network).emplace_back(name.substr(prefix(network).size()), std::move(tensor));
  }
  return weights;
}

}  // namespace

fs::path verifier_file(const VerifierRequest& request, const data::Selection& photographs) {
  std::string name = request.classifier;
  for (char& c : name) c = c == ':' ? '-' : c;
  const std::string key = to_hex(sha256(describe(request, photographs).dump()), 24);
  return request.cache / "verifiers" / fmt::format("{}-{}.safetensors", name, key);
}

Verifier find_verifier(const VerifierRequest& request, const data::Selection& photographs,
                       const std::function<void(const std::string& message)>& on_warning) {
  const data::ImageShape shape = photographs.shape;
  models::Classifier classifier = models::make_classifier(request.classifier, shape, request.classes);
  const models::Method method = verifier_method(classifier, photographs.size());
  std::array<data::Selection, 2> halves = verifier_halves(photographs, request.seed);
  const fs::path path = verifier_file(request, photographs);
  const auto known = [&]() -> std::optional<std::array<nn::NamedTensors, 2>> {
    try {
      return read(path);
    } catch (const UnreadableFile&) {
      throw;
    } catch (const Error& problem) {
      if (on_warning) on_warning(fmt::format("{}: the verifier is trained anew", problem.what()));
      std::error_code code;
      fs::remove(path, code);
      return std::nullopt;
    }
  };
  std::optional<std::array<nn::NamedTensors, 2>> weights = known();
  if (!weights) {
    make_folders(path.parent_path());
    const fs::path lock_path = with_ending(path, kVerifierLock);
    const FileLock lock = FileLock::wait(lock_path);
    weights = known();  // another process may have trained it meanwhile
    if (!weights) {
      weights.emplace();
      const data::PixelSource nothing({{}, {}, shape}, classifier.transform);
      for (std::size_t network = 0; network < halves.size(); ++network) {
        const std::uint64_t seed = verifier_seed(request.seed, network);
        const data::PixelSource images(halves.at(network), classifier.transform,
                                       data::Augmenter(method.augmentation, seed));
        const TrainingTask task{classifier, method, images, nothing, seed, nn::Precision::f32};
        weights->at(network) =
            train(task, with_ending(path, kVerifierCheckpoints.at(network)), {{}, on_warning}).weights;
      }
      write(path, *weights);
    }
    std::error_code code;
    for (const std::string_view ending : kVerifierCheckpoints) fs::remove(with_ending(path, ending), code);
    fs::remove(lock_path, code);
  }
  return {std::move(classifier), method.views, std::move(halves), std::move(*weights)};
}

}  // namespace ersatz::train
