#include "train/feature_cache.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/damaged_file.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "models/backbone.hpp"
#include "models/pretrained.hpp"
#include "train/extraction.hpp"

namespace ersatz::train {
namespace fs = std::filesystem;

namespace {

// Everything that the bits of the features depend on.
Json describe(const data::ImageStore& store, const FeatureRequest& request) {
  const nn::EngineInfo engine = nn::engine_info();
  return {{"format", 1},
          {"images", store.size()},
          {"features", models::make_backbone(request.backbone, store.shape()).features},
          {"store", store.fingerprint()},
          {"backbone", request.backbone},
          {"weights", request.weights_hash},
          {"precision", nn::precision_name(request.precision)},
          {"engine", "oneDNN " + engine.onednn_version + " on " + engine.isa}};
}

std::uint64_t last_check(std::span<const std::byte> file, std::span<const std::byte> rows) {
  return checksum(rows, checksum(file.first(kFeatureHeader)));
}

fs::path feature_path(const Json& description, const FeatureRequest& request) {
  const std::string key = to_hex(sha256(description.dump()), 24);
  std::string name = request.backbone;
  for (char& c : name) c = c == ':' ? '-' : c;
  return request.cache / "features" / fmt::format("{}-{}.features", name, key);
}

}  // namespace

FeatureTable::FeatureTable(const fs::path& path) : path_(path), file_(path, MappedFile::Use::seen) {
  const auto fail = [&](std::string_view reason) {
    return DamagedFile(path, fmt::format("{} {}", path.string(), reason));
  };
  if (file_.bytes().size() < kFeatureHeader) throw fail("is cut short");
  const std::string_view header = file_.text().substr(0, kFeatureHeader);
  try {
    const Json description = parse_json(header.substr(0, header.find('\n')));
    images_ = description.at("images").get<std::size_t>();
    features_ = description.at("features").get<std::size_t>();
  } catch (const Json::exception&) {
    throw fail("is not a file of features");
  } catch (const Error&) {
    throw fail("is not a file of features");
  }
  const std::span<const std::byte> data = file_.bytes().subspan(kFeatureHeader);
  if (features_ == 0 || data.size() / sizeof(float) / features_ < images_) throw fail("is cut short");
  const std::size_t size = images_ * features_ * sizeof(float);
  values_ = {reinterpret_cast<const float*>(data.data()), images_ * features_};
  if (data.size() == size) return;  // of an older version
  if (data.size() != size + (images_ + 1) * sizeof(std::uint64_t)) throw fail("is cut short");
  // (Not aligned to 8 where images and features are both odd.)
  const auto checks = data.subspan(size);
  checks_.resize(images_ + 1);
  std::memcpy(checks_.data(), checks.data(), checks.size());
  if (checks_.back() != last_check(file_.bytes(), checks.first(images_ * sizeof(std::uint64_t)))) {
    throw fail("is damaged: its header or checksums are not what was written");
  }
}

std::span<const float> FeatureTable::row(std::size_t image) const {
  const auto row = values_.subspan(image * features_, features_);
  if (!checks_.empty() && checksum(std::as_bytes(row), image) != checks_[image]) {
    throw DamagedFile(path_, fmt::format("{} is damaged: the features of its image {} are not what was written",
                                         path_.string(), image));
  }
  return row;
}

std::string feature_checks(std::span<const std::byte> bytes, std::size_t images, std::size_t features) {
  const std::size_t row_size = features * sizeof(float);
  std::vector<std::uint64_t> checks;
  for (std::size_t i = 0; i < images; ++i) {
    checks.push_back(checksum(bytes.subspan(kFeatureHeader + i * row_size, row_size), i));
  }
  checks.push_back(last_check(bytes, std::as_bytes(std::span(checks))));
  return {reinterpret_cast<const char*>(checks.data()), checks.size() * sizeof(std::uint64_t)};
}

std::shared_ptr<const FeatureTable> pooled_features(const data::ImageStore& store, const FeatureRequest& request,
                                                    const FeatureOptions& options) {
  const Json description = describe(store, request);
  const fs::path path = feature_path(description, request);
  if (!fs::exists(path)) {
    make_folders(path.parent_path());
    const fs::path lock_path = fs::path(path).replace_extension(kFeatureLock);
    const FileLock lock = FileLock::wait(lock_path);
    if (!fs::exists(path)) {  // else another process computed them meanwhile
      const models::PretrainedWeights weights =
          models::load_pretrained(request.backbone, request.weights_file, request.cache);
      if (weights.file_hash != request.weights_hash) {
        throw Error(fmt::format("{} has changed since the study was planned", request.weights_file.string()));
      }
      const models::Backbone backbone = models::make_backbone(request.backbone, store.shape());
      extract_features(store, backbone, weights, request.precision, description.dump(), path, options);
    }
    fs::remove(lock_path);
  }
  auto table = std::make_shared<const FeatureTable>(path);
  if (table->images() != store.size()) throw Error(fmt::format("{} does not fit its image store", path.string()));
  return table;
}

fs::path feature_file(const data::ImageStore& store, const FeatureRequest& request) {
  return feature_path(describe(store, request), request);
}

bool has_features(const data::ImageStore& store, const FeatureRequest& request) {
  return fs::exists(feature_file(store, request));
}

}  // namespace ersatz::train
