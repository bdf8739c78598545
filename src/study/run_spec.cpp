#include "study/run_spec.hpp"

#include <fmt/format.h>

#include <cctype>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "models/classifier.hpp"

namespace ersatz::study {
namespace {

double usual_smoothing(const train::Regime& regime) { return regime.recipe ? regime.recipe->label_smoothing : 0; }

// What the id is made of, besides classifier, seed and data.
Json settings_to_json(const RunSpec& spec) {
  const RunSettings& settings = spec.settings;
  Json sources = Json::object();
  for (const auto& [name, amount] : spec.train_on.sources) sources[name] = to_json(amount);
  const train::Regime& regime = settings.regime;
  Json value = {
      {"sources", sources},
      {"epochs", regime.epochs},
      {"batch", regime.batch},
      {"learning_rate", regime.sgd.learning_rate},
      {"momentum", regime.sgd.momentum},
      {"nesterov", regime.sgd.nesterov},
      {"decay_rate", regime.schedule.decay_rate},
      {"decay_steps", regime.schedule.decay_steps},
      {"patience", regime.patience},
      {"validation", settings.validation},
      {"precision", precision_choice_name(settings.precision)},
      {"limit", settings.limit ? Json(*settings.limit) : Json()},
      {"drop_duplicates", settings.drop_duplicates},
  };
  if (regime.steps > 0) value["steps"] = regime.steps;
  if (!settings.validate_on.empty()) value["validate_on"] = settings.validate_on;
  if (regime.label_smoothing != usual_smoothing(regime)) value["label_smoothing"] = regime.label_smoothing;
  if (regime.recipe) value["recipe"] = regime.recipe->version;
  if (spec.train_on.augment) {
    Json list = Json::array();
    for (const data::Augmentation& augmentation : *spec.train_on.augment) list.push_back(to_json(augmentation));
    value["augment"] = list;
  }
  if (spec.weights) value["weights_sha256"] = spec.weights->hash;
  return value;
}

Amount amount_from_json(const Json& value) {
  if (value.is_number_integer()) return {Amount::Kind::count, value.get<double>()};
  if (value.is_number_float()) return {Amount::Kind::fraction, value.get<double>()};
  if (value == "all") return {};
  throw Error(fmt::format("a run description has the amount {}", value.dump()));
}

RunSettings settings_from_json(const Json& value) {
  RunSettings settings;
  train::Regime& regime = settings.regime;
  value.at("epochs").get_to(regime.epochs);
  regime.steps = value.value("steps", regime.steps);
  settings.validate_on = value.value("validate_on", settings.validate_on);
  value.at("batch").get_to(regime.batch);
  value.at("learning_rate").get_to(regime.sgd.learning_rate);
  value.at("momentum").get_to(regime.sgd.momentum);
  value.at("nesterov").get_to(regime.sgd.nesterov);
  value.at("decay_rate").get_to(regime.schedule.decay_rate);
  value.at("decay_steps").get_to(regime.schedule.decay_steps);
  value.at("patience").get_to(regime.patience);
  value.at("validation").get_to(settings.validation);
  const auto precision = precision_choice(value.at("precision").get<std::string>());
  if (!precision) throw Error(fmt::format("a run description has the precision {}", value.at("precision").dump()));
  settings.precision = *precision;
  if (!value.at("limit").is_null()) settings.limit = value.at("limit").get<std::size_t>();
  value.at("drop_duplicates").get_to(settings.drop_duplicates);
  return settings;
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

std::string_view precision_choice_name(PrecisionChoice choice) {
  switch (choice) {
    case PrecisionChoice::automatic: return "auto";
    case PrecisionChoice::f32: return "f32";
    case PrecisionChoice::bf16: break;
  }
  return "bf16";
}

std::optional<PrecisionChoice> precision_choice(std::string_view name) {
  for (const auto choice : {PrecisionChoice::automatic, PrecisionChoice::f32, PrecisionChoice::bf16}) {
    if (precision_choice_name(choice) == name) return choice;
  }
  return std::nullopt;
}

nn::Precision resolve_precision(PrecisionChoice choice) {
  if (choice == PrecisionChoice::automatic) return nn::automatic_precision();
  return choice == PrecisionChoice::f32 ? nn::Precision::f32 : nn::Precision::bf16;
}

std::string RunSpec::id() const {
  // The training set's name stands in the readable part; the hash is over what it holds. A setting
  // that is added in later versions joins the hash only where it differs from today's behaviour,
  // so that old output folders stay valid.
  const Json identity = {
      {"classifier", classifier},
      {"seed", seed},
      {"settings", settings_to_json(*this)},
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
      {"settings", settings_to_json(spec)},
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
    spec.settings = settings_from_json(value.at("settings"));
    if (value.at("settings").contains("recipe")) {
      train::Regime& regime = spec.settings.regime;
      models::Recipe recipe;
      if (const auto current = models::classifier_recipe(spec.classifier)) recipe = *current;
      regime = train::regime_of(recipe, regime.batch, regime.steps);
      regime.recipe->version = value.at("settings").at("recipe");
    }
    spec.settings.regime.label_smoothing =
        value.at("settings").value("label_smoothing", usual_smoothing(spec.settings.regime));
    for (const auto& [name, amount] : value.at("settings").at("sources").items()) {
      spec.train_on.sources.emplace_back(name, amount_from_json(amount));
    }
    if (const Json& settings = value.at("settings"); settings.contains("augment")) {
      auto& list = spec.train_on.augment.emplace();
      for (const Json& entry : settings.at("augment")) list.push_back(data::augmentation_from_json(entry));
    }
    value.at("data_fingerprint").get_to(spec.data_fingerprint);
    value.at("test_on").get_to(spec.test_on);
    if (const Json& settings = value.at("settings"); settings.contains("weights_sha256")) {
      const Json file = value.value("weights_file", Json::object());
      spec.weights = WeightsFile{file.value("path", ""), settings.at("weights_sha256"), file.value("note", "")};
    }
    return spec;
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("a run description is incomplete: {}", problem.what()));
  }
}

}  // namespace ersatz::study
