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
  Json sources = Json::object();
  for (const auto& [name, amount] : spec.train_on.sources) sources[name] = to_json(amount);
  Json value = {{"sources", sources}};
  settings_to_json(spec.settings, value);
  if (!spec.method_version.empty()) value["recipe"] = spec.method_version;
  if (spec.train_on.augment) {
    Json list = Json::array();
    for (const data::Augmentation& augmentation : *spec.train_on.augment) list.push_back(to_json(augmentation));
    value["augment"] = list;
  }
  if (spec.weights) value["weights_sha256"] = spec.weights->hash;
  return value;
}

Amount amount_from_json(const Json& value) {
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return {Amount::Kind::count, value.get<double>()};
  if (value.is_number_float() && value >= 0.0 && value <= 1.0) return {Amount::Kind::fraction, value.get<double>()};
  if (value == "all") return {};
  throw Error(fmt::format("a run description has the amount {}", value.dump()));
}

}  // namespace

Json to_json(const Amount& amount) {
  switch (amount.kind) {
    case Amount::Kind::all: return "all";
    case Amount::Kind::count: return static_cast<std::uint64_t>(amount.value);
    case Amount::Kind::fraction: break;
  }
  return amount.value;
}

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
    for (const auto& [name, amount] : settings.at("sources").items()) {
      spec.train_on.sources.emplace_back(name, amount_from_json(amount));
    }
    if (settings.contains("augment")) {
      auto& list = spec.train_on.augment.emplace();
      for (const Json& entry : settings.at("augment")) list.push_back(data::augmentation_from_json(entry));
    }
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
