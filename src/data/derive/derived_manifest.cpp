#include "data/derive/derived_manifest.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::data {
namespace {

constexpr int kFormat = 1;

std::string text_of(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

std::uint64_t from_hex(const std::string& text) {
  std::uint64_t hash = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), hash, 16);
  if (text.size() != 16 || code != std::errc() || end != text.data() + text.size()) {
    throw Error(fmt::format("\"{}\" is no hash of 16 hexadecimal digits", text));
  }
  return hash;
}

template <typename T>
Json or_null(bool is_there, const T& value) {
  return is_there ? Json(value) : Json();
}

Json to_json(const DerivedSettings& settings) {
  return {{"kind", settings.kind},
          {"from", settings.from},
          {"with", or_null(!settings.with.empty(), settings.with)},
          {"images", or_null(settings.images.has_value(), settings.images.value_or(0))},
          {"seed", settings.seed},
          {"without", or_null(!settings.without.empty(), settings.without)},
          {"data", settings.data}};
}

std::string text_or_empty(const Json& json) { return json.is_null() ? std::string() : json.get<std::string>(); }

DerivedSettings settings_from(const Json& json) {
  DerivedSettings settings;
  settings.kind = json.at("kind").get<std::string>();
  settings.from = json.at("from").get<std::string>();
  settings.with = text_or_empty(json.at("with"));
  if (!json.at("images").is_null()) settings.images = json.at("images").get<std::size_t>();
  settings.seed = json.at("seed").get<std::uint64_t>();
  settings.without = text_or_empty(json.at("without"));
  settings.data = json.at("data").get<std::string>();
  return settings;
}

Json to_json(const DerivedFile& file) {
  Json json{{"file", file.file}, {"class", file.stands_under}, {"true_class", file.true_class}};
  const bool taken = !file.source.empty();
  json["source"] = or_null(taken, file.source);
  json["original"] = or_null(taken, file.original);
  json["pixels"] = or_null(taken, hex(file.pixels));
  return json;
}

DerivedFile file_from(const Json& json) {
  DerivedFile file;
  file.file = json.at("file").get<std::string>();
  file.stands_under = json.at("class").get<std::string>();
  file.true_class = json.at("true_class").get<std::string>();
  if (json.at("source").is_null()) return file;
  file.source = json.at("source").get<std::string>();
  file.original = json.at("original").get<std::string>();
  file.pixels = from_hex(json.at("pixels").get<std::string>());
  return file;
}

DerivedManifest manifest_from(const Json& json) {
  if (json.at("format").get<int>() != kFormat) {
    throw Error(fmt::format("its format is {}, not {}", text_of(json.at("format")), kFormat));
  }
  DerivedManifest manifest;
  manifest.version = json.at("ersatz").get<std::string>();
  manifest.settings = settings_from(json.at("settings"));
  manifest.without = json.at("without").get<std::vector<std::string>>();
  const Json& left_out = json.at("left_out");
  manifest.copies = left_out.at("copies").get<std::size_t>();
  manifest.of_test_images = left_out.at("equal_to_test_images").get<std::size_t>();
  manifest.left_out = left_out.at("without").get<std::size_t>();
  for (const auto& [name, hashes] : json.at("estimated_from").items()) {
    std::vector<std::uint64_t>& own = manifest.estimated_from[name];
    for (const Json& hash : hashes) own.push_back(from_hex(hash.get<std::string>()));
  }
  for (const Json& file : json.at("files")) manifest.files.push_back(file_from(file));
  return manifest;
}

}  // namespace

std::string to_text(const DerivedManifest& manifest) {
  Json head{{"format", kFormat}, {"ersatz", manifest.version}};
  head["settings"] = to_json(manifest.settings);
  head["without"] = manifest.without;
  head["left_out"] = {
      {"copies", manifest.copies}, {"equal_to_test_images", manifest.of_test_images}, {"without", manifest.left_out}};
  Json& estimated = head["estimated_from"] = Json::object();
  for (const auto& [name, hashes] : manifest.estimated_from) {
    Json& own = estimated[name] = Json::array();
    for (const std::uint64_t hash : hashes) own.push_back(hex(hash));
  }
  head["images"] = manifest.files.size();
  std::string text = text_of(head, 1);
  text.resize(text.size() - 2);  // without "\n}"
  text += ",\n \"files\": [";
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    text += (i == 0 ? "\n  " : ",\n  ") + text_of(to_json(manifest.files[i]));
  }
  return text + "\n ]\n}\n";
}

DerivedManifest read_derived_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kDerivedManifest;
  std::error_code code;
  if (!std::filesystem::exists(path, code)) {
    throw Error(fmt::format("there is no {}", path.string()), "ersatz data derive writes it into each folder it makes");
  }
  const Json json = read_json(path);
  try {
    return manifest_from(json);
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("{} is not what ersatz data derive writes: {}", path.string(), problem.what()));
  } catch (const Error& problem) {
    throw Error(fmt::format("{} is not what ersatz data derive writes: {}", path.string(), problem.what()));
  }
}

PixelHashes used_pixels(const DerivedManifest& manifest) {
  PixelHashes used;
  for (const DerivedFile& file : manifest.files) {
    if (!file.source.empty()) used.insert(file.pixels);
  }
  for (const auto& [name, hashes] : manifest.estimated_from) used.insert(hashes.begin(), hashes.end());
  return used;
}

}  // namespace ersatz::data
