#include "study/weights.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "fetch/catalogue.hpp"
#include "models/classifier_name.hpp"
#include "models/pretrained.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;

namespace {

// The weights that `ersatz fetch` knows for a network: those of the seed study. Null when none.
const fetch::KnownFile* known_weights(const std::string& network) {
  const fetch::KnownFile* file = fetch::find_known_file(network);
  return file == nullptr || file->data_set ? nullptr : file;
}

}  // namespace

std::string network_of(const std::string& backbone) { return models::parse_classifier_name(backbone).base; }

std::optional<WeightsFile> find_weights(const std::string& backbone, const std::optional<fs::path>& given,
                                        const fs::path& cache) {
  const std::string network = network_of(backbone);
  const fetch::KnownFile* known = known_weights(network);
  WeightsFile weights;
  if (given) {
    weights.file = *given;
  } else {
    if (known == nullptr || !fs::exists(known->default_path(cache))) return std::nullopt;
    weights.file = known->default_path(cache);
  }
  const MappedFile content(weights.file);
  weights.hash = to_hex(sha256(content.bytes()));
  weights.note = fmt::format("{} (sha256 {})", weights.file.filename().string(), weights.hash.substr(0, 8));
  if (const std::string title = models::weights_title(weights.file); !title.empty()) weights.note += ", " + title;
  // Results with other weights are not comparable with published ones: every table says so.
  if (known != nullptr && md5_hex(content.bytes()) != known->expected.md5) {
    weights.note += fmt::format(", not the ImageNet weights that `ersatz fetch {}` gets", network);
  }
  return weights;
}

std::string how_to_get_weights(const std::string& backbone) {
  const std::string network = network_of(backbone);
  const std::string file = fmt::format("name a file with --weights {}=PATH", network);
  return known_weights(network) == nullptr ? file
                                           : fmt::format("get them with `ersatz fetch {}`, or {}", network, file);
}

}  // namespace ersatz::study
