#include "study/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "models/classifier.hpp"
#include "study/data_section.hpp"
#include "study/named_studies.hpp"
#include "study/random_controls.hpp"
#include "study/read_test_sets.hpp"
#include "study/study_keys.hpp"
#include "study/toml_section.hpp"
#include "study/training_sets.hpp"

namespace ersatz::study {
namespace {

void require(const TomlSection& section, std::string_view key) {
  if (!section.has(key)) section.fail(key, "is missing");
}

void read_head(const TomlSection& section, Study& study) {
  section.allow_only(keys_of("study"));
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
  if (const auto label = section.text("label")) {
    if (*label != "class" && *label != "source") {
      section.fail("label", fmt::format("must be \"class\" or \"source\", but is \"{}\"", *label));
    }
    study.label_source = *label == "source";
  }
  if (const auto sources = section.texts("test_on")) study.test_on = *sources;
  if (const auto real = section.text("real")) study.real = {*real, section.node("real").source().begin.line};
  study.until = read_seed_rule(section);
  if (study.until) {
    study.seeds = seeds_of(*study.until);
  } else if (const auto seeds = section.integers("seeds")) {
    study.seeds.clear();
    for (const std::int64_t seed : *seeds) {
      if (seed < 0) section.fail("seeds", fmt::format("a seed must be at least 0, but one is {}", seed));
      study.seeds.push_back(static_cast<std::uint64_t>(seed));
    }
  }
}

void read_weights(const TomlSection& section, Study& study) {
  section.allow_only(keys_of("weights"));
  for (const std::string& network : section.keys()) {
    const std::string path = *section.text(network);
    if (path.empty()) section.fail(network, "must not be empty");
    study.weights[network] = path_of(study, path);
  }
}

// What generated images are made to resemble, or judged by, are the photographs of their class.
void refuse_uses_of_a_real_source(const Study& study) {
  const auto refuse = [&](std::size_t line, const std::string& key) {
    throw Error(fmt::format("{}:{}: {}: a study that tells sources apart (label = \"source\") has no real source",
                            study.file.string(), line, key),
                "leave it out");
  };
  if (study.real) refuse(study.real->line, "study.real");
  if (study.until) {
    throw Error(
        fmt::format("{}: study.seeds: seeds are added for what images of other sources are worth, which a study "
                    "that tells sources apart (label = \"source\") does not ask",
                    study.file.string()),
        "give a list of seeds");
  }
  if (const auto& watched = study.asked.validate_on; watched && watched->size() < 2) {
    throw Error(fmt::format("{}: training.validate_on: the images of one source cannot say how well it is told from "
                            "others (label = \"source\")",
                            study.file.string()),
                "name two sources or more");
  }
  for (const TrainingSet& set : study.training_sets) {
    if (!set.use.keep.empty()) refuse(set.line, fmt::format("train.{}.keep", set.name));
    if (set.use.labels) refuse(set.line, fmt::format("train.{}.labels", set.name));
    if (set.use.match != Match::nothing) refuse(set.line, fmt::format("train.{}.match", set.name));
  }
}

}  // namespace

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || std::isalnum(static_cast<unsigned char>(name.front())) == 0) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '+' || c == '-';
  });
}

Study read_study(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(fmt::format("there is no study file {}", file.string()),
                "`ersatz study list` names those that come with ersatz");
  }
  const toml::table table = parse_toml(file);
  const TomlSection root(file, table, "");
  root.allow_only({"study", "data", "weights", "training", "train", "test"});
  Study study;
  study.file = file;
  study.folder = study_paths_folder(file);
  require(root, "study");
  read_head(*root.section("study"), study);
  if (const auto section = root.section("data")) read_data_section(*section, study);
  if (const auto section = root.section("weights")) read_weights(*section, study);
  if (const auto section = root.section("training")) {
    section->allow_only(keys_of("training"));
    read_settings(*section, Place::training, study.asked);
    study.budgets = read_budgets(*section, study.asked);
    study.tune = read_tuning(*section, study.asked);
    if (study.until && !study.budgets.steps.empty()) {
      section->fail("steps", "cannot be several where seeds are added: the intervals of one budget say how many",
                    "give one budget, or a list of seeds");
    }
  }
  const auto sets = root.section("train");
  if (!sets || sets->keys().empty()) {
    root.fail("train", "the study has no training set",
              "add a section like [train.REAL] with sources = { REAL = \"all\" }");
  }
  for (const std::string& name : sets->keys()) {
    if (!is_plain_name(name)) sets->fail(name, "is not a usable training set name", std::string(kNameRule));
    const TomlSection section = *sets->section(name);
    for (TrainingSet& set : read_training_sets(section, name)) {
      if (study.asked.nesterov.value_or(false) && set.own.momentum == 0.0) {
        section.fail("momentum", "cannot be 0: nesterov of [training] needs a momentum above 0");
      }
      study.training_sets.push_back(std::move(set));
    }
  }
  if (const auto section = root.section("test")) study.test_sets = read_test_sets(*section);
  if (study.label_source) refuse_uses_of_a_real_source(study);
  try {
    add_random_controls(study.training_sets);
  } catch (const Error& problem) {
    throw Error(fmt::format("{}:{}", file.string(), problem.what()), problem.hint());
  }
  return study;
}

}  // namespace ersatz::study
