#include "study/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "models/classifier.hpp"
#include "study/toml_section.hpp"
#include "study/training_sets.hpp"

namespace ersatz::study {
namespace {

constexpr std::string_view kNameRule = "use letters, digits, '.', '_', '+' and '-' only; it becomes part of file names";

void require(const TomlSection& section, std::string_view key) {
  if (!section.has(key)) section.fail(key, "is missing");
}

void read_head(const TomlSection& section, Study& study) {
  section.allow_only({"name", "classifiers", "test_on", "seeds"});
  require(section, "name");
  study.name = *section.text("name");
  if (!is_plain_name(study.name)) {
    section.fail("name", fmt::format("\"{}\" is not a usable name", study.name), std::string(kNameRule));
  }
  require(section, "classifiers");
  study.classifiers = *section.texts("classifiers");
  const std::vector<std::string> known = models::classifier_names();
  for (const std::string& name : study.classifiers) {
    if (models::is_classifier(name)) continue;
    section.fail("classifiers", fmt::format("unknown classifier \"{}\"", name),
                 suggest(name, known, "known classifiers"));
  }
  if (const auto sources = section.texts("test_on")) study.test_on = *sources;
  if (const auto seeds = section.integers("seeds")) {
    study.seeds.clear();
    for (const std::int64_t seed : *seeds) {
      if (seed < 0) section.fail("seeds", fmt::format("a seed must be at least 0, but one is {}", seed));
      study.seeds.push_back(static_cast<std::uint64_t>(seed));
    }
  }
}

std::filesystem::path resolve(const Study& study, const std::string& path) {
  return (study.file.parent_path() / path).lexically_normal();  // an absolute path replaces the folder
}

void read_data(const TomlSection& section, Study& study) {
  section.allow_only({"path", "drop_duplicates", "sources"});
  const auto existing = [&](const TomlSection& where, const std::string& key) {
    const std::string path = *where.text(key);
    if (path.empty()) where.fail(key, "must not be empty");
    return resolve(study, path);
  };
  if (section.has("path")) study.data.path = existing(section, "path");
  study.settings.drop_duplicates = section.flag("drop_duplicates").value_or(false);
  if (const auto sources = section.section("sources")) {
    for (const std::string& name : sources->keys()) {
      if (!is_plain_name(name)) sources->fail(name, "is not a usable source name", std::string(kNameRule));
      study.data.sources[name] = existing(*sources, name);
    }
  }
}

void read_weights(const TomlSection& section, Study& study) {
  section.allow_only(models::backbone_names());
  for (const std::string& network : section.keys()) {
    const std::string path = *section.text(network);
    if (path.empty()) section.fail(network, "must not be empty");
    study.weights[network] = resolve(study, path);
  }
}

// A number that must lie in an interval: `ok` decides, `rule` says it in words.
template <typename Ok>
void read_number(const TomlSection& section, std::string_view key, double& into, std::string_view rule, Ok ok) {
  const auto value = section.number(key);
  if (!value) return;
  if (!std::isfinite(*value) || !ok(*value)) section.fail(key, fmt::format("must be {}, but is {}", rule, *value));
  into = *value;
}

void read_steps(const TomlSection& section, std::int64_t steps, train::Regime& regime) {
  for (const char* other : {"epochs", "patience"}) {
    if (section.has(other)) {
      section.fail(other, "cannot stand beside steps",
                   "with steps every run makes so many updates; nothing stops early");
    }
  }
  set_steps(regime, steps);
}

void read_training(const TomlSection& section, RunSettings& settings) {
  section.allow_only({"epochs", "steps", "batch", "learning_rate", "momentum", "nesterov", "decay_rate", "decay_steps",
                      "patience", "label_smoothing", "validation", "validate_on", "precision"});
  train::Regime& regime = settings.regime;
  constexpr std::int64_t kMany = 1'000'000;
  const auto integer = [&](std::string_view key, int& into, std::int64_t least) {
    if (const auto value = section.integer(key, least, kMany)) into = static_cast<int>(*value);
  };
  const auto positive = [](double x) { return x > 0; };
  integer("epochs", regime.epochs, 1);
  settings.epochs_given = section.has("epochs");
  if (const auto steps = section.integer("steps", 1, kMany * kMany)) read_steps(section, *steps, regime);
  integer("batch", regime.batch, 1);
  if (regime.steps == 0) integer("patience", regime.patience, 0);
  read_number(section, "learning_rate", regime.sgd.learning_rate, "more than 0", positive);
  read_number(section, "momentum", regime.sgd.momentum, "at least 0 and less than 1",
              [](double x) { return x >= 0 && x < 1; });
  read_number(section, "decay_rate", regime.schedule.decay_rate, "more than 0 and at most 1 (1 = a constant rate)",
              [](double x) { return x > 0 && x <= 1; });
  read_number(section, "decay_steps", regime.schedule.decay_steps, "more than 0", positive);
  read_number(section, "validation", settings.validation, "at least 0 and less than 1",
              [](double x) { return x >= 0 && x < 1; });
  if (section.has("label_smoothing")) {
    read_number(section, "label_smoothing", settings.label_smoothing.emplace(), "at least 0 and less than 1",
                [](double x) { return x >= 0 && x < 1; });
  }
  regime.sgd.nesterov = section.flag("nesterov").value_or(false);
  if (regime.sgd.nesterov && regime.sgd.momentum == 0) {
    section.fail("nesterov", "needs a momentum above 0", "add momentum = 0.9, or leave nesterov out");
  }
  if (const auto sources = section.texts("validate_on")) {
    if (settings.validation == 0) section.fail("validate_on", "needs a validation part, but validation is 0");
    settings.validate_on = *sources;
  }
  if (settings.validation == 0) {
    if (section.has("patience") && regime.patience > 0) {
      section.fail("patience", "needs a validation part, but validation is 0", "set patience = 0 to train all epochs");
    }
    regime.patience = 0;
  }
  if (const auto name = section.text("precision")) {
    const auto choice = precision_choice(*name);
    if (!choice) section.fail("precision", fmt::format("must be \"auto\", \"f32\" or \"bf16\", but is \"{}\"", *name));
    settings.precision = *choice;
  }
}

}  // namespace

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || std::isalnum(static_cast<unsigned char>(name.front())) == 0) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '+' || c == '-';
  });
}

void set_steps(train::Regime& regime, std::int64_t steps) {
  const auto wanted = static_cast<double>(steps);
  regime.schedule.decay_steps =
      regime.steps > 0 ? regime.schedule.decay_steps * wanted / static_cast<double>(regime.steps) : wanted * 0.8;
  regime.steps = steps;
  regime.epochs = regime.patience = 0;
}

Study read_study(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(fmt::format("there is no study file {}", file.string()), "studies/cifake.toml is one to start from");
  }
  const toml::table table = parse_toml(file);
  const TomlSection root(file, table, "");
  root.allow_only({"study", "data", "weights", "training", "train"});
  Study study;
  study.file = file;
  require(root, "study");
  read_head(*root.section("study"), study);
  if (const auto section = root.section("data")) read_data(*section, study);
  if (const auto section = root.section("weights")) read_weights(*section, study);
  if (const auto section = root.section("training")) read_training(*section, study.settings);
  const auto sets = root.section("train");
  if (!sets || sets->keys().empty()) {
    root.fail("train", "the study has no training set",
              "add a section like [train.REAL] with sources = { REAL = \"all\" }");
  }
  for (const std::string& name : sets->keys()) {
    if (!is_plain_name(name)) sets->fail(name, "is not a usable training set name", std::string(kNameRule));
    for (TrainingSet& set : read_training_sets(*sets->section(name), name)) {
      study.training_sets.push_back(std::move(set));
    }
  }
  return study;
}

}  // namespace ersatz::study
