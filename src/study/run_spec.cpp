#include "study/run_spec.hpp"

#include <fmt/format.h>

#include <cctype>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

// What the id is made of, besides classifier, seed and data.
Json all_settings_to_json(const RunSpec& spec) {
  Json value = {{"sources", to_json(spec.train_on.sources)}};
  settings_to_json(spec.settings, value);
  if (!spec.method_version.empty()) value["recipe"] = spec.method_version;
  if (spec.train_on.augment) value["augment"] = augmentations_to_json(*spec.train_on.augment);
  use_to_json(spec.train_on.use, value);
  if (spec.weights) value["weights_sha256"] = spec.weights->hash;
  return value;
}

}  // namespace

std::string RunSpec::id() const {
  // The training set's name stands in the readable part; the hash is over what it holds. A setting
  // that is added in later versions joins the hash only where it differs from today's behaviour,
  // so that old output folders stay valid.
  const Json identity = {
      {"classifier", classifier},
      {"seed", seed},
      {"settings", all_settings_to_json(*this)},
      {"data_fingerprint", data_fingerprint},
  };
  std::string readable = fmt::format("{}-{}-s{}", classifier, train_on.name, seed);
  for (char& c : readable) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_' && c != '+') c = '-';
  }
  return fmt::format("{}-{}", readable, to_hex(sha256(identity.dump()), 8));
}

Json to_json(const RunSpec& spec) {
  Json value = {
      {"classifier", spec.classifier},
      {"train_on", spec.train_on.name},
      {"seed", spec.seed},
      {"settings", all_settings_to_json(spec)},
      {"data_fingerprint", spec.data_fingerprint},
      {"test_on", spec.test_on},
  };
  if (spec.weights) value["weights_file"] = {{"path", spec.weights->file.string()}, {"note", spec.weights->note}};
  return value;
}

RunSpec run_spec_from_json(const Json& value) {
  try {
    RunSpec spec;
    value.at("classifier").get_to(spec.classifier);
    value.at("train_on").get_to(spec.train_on.name);
    value.at("seed").get_to(spec.seed);
    const Json& settings = value.at("settings");
    spec.settings = settings_from_json(settings);
    spec.method_version = settings.value("recipe", std::string());
    spec.train_on.sources = amounts_from_json(settings.at("sources"));
    if (settings.contains("augment")) spec.train_on.augment = augmentations_from_json(settings.at("augment"));
    spec.train_on.use = use_from_json(settings);
    value.at("data_fingerprint").get_to(spec.data_fingerprint);
    value.at("test_on").get_to(spec.test_on);
    if (settings.contains("weights_sha256")) {
      const Json file = value.value("weights_file", Json::object());
      spec.weights = WeightsFile{file.value("path", ""), settings.at("weights_sha256"), file.value("note", "")};
    }
    return spec;
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("a run description is incomplete: {}", problem.what()));
  }
}

}  // namespace ersatz::study
