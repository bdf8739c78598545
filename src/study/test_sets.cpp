#include "study/test_sets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/damaged_file.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "data/changed_images.hpp"
#include "data/label_by_source.hpp"
#include "study/examples.hpp"
#include "study/image_use.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

// The same test set every time, whatever the seeds of the runs.
constexpr std::uint64_t kChoice = 0;

std::shared_ptr<const data::ImageStore> store_of(const TestSet& set, DropDuplicates drop,
                                                 const std::filesystem::path& cache, const data::DataSet& data) {
  const bool taken = std::ranges::any_of(data.sources, [&](const data::Source& one) { return one.name == set.name; });
  if (taken) throw Error(fmt::format("{} is the name of a source", set.name), "give the test set another");
  std::vector<data::ChosenImages> parts;
  for (const auto& [name, amount] : set.sources) {
    const data::Source& source = data.source(name);
    if (source.test == nullptr) throw Error(fmt::format("the source {} has no test images", name));
    parts.push_back({name, source.test, choose_test_images(source, drop, amount, kChoice)});
  }
  return data::changed_images(parts, set.transform, cache);
}

double probability_of(const data::Augmentation& change) {
  return std::visit([](const auto& kind) { return kind.probability; }, change);
}

// With its probability in any case: where an augmentation does not say it, it has another than a transform.
Json transform_to_json(const std::vector<data::Augmentation>& transform) {
  Json list = Json::array();
  for (const data::Augmentation& change : transform) {
    Json value = data::to_json(change);
    if (value.is_string()) value = {{"name", value}};
    value["probability"] = probability_of(change);
    list.push_back(std::move(value));
  }
  return list;
}

// "jpeg (quality 40)", "flip (probability 0.5)".
std::string change_text(const data::Augmentation& change) {
  const std::string name(data::augmentation_name(change));
  const Json value = data::to_json(change);
  std::vector<std::string> parameters;
  if (value.is_object()) {
    for (const auto& [key, parameter] : value.items()) {
      if (key == "name" || key == "probability") continue;
      const auto text_of = [](const Json& x) {
        return x.is_number() ? fmt::format("{:g}", x.get<double>()) : x.dump();
      };
      const bool several = parameter.is_array() && parameter[0] != parameter[1];
      const std::string text = several ? fmt::format("{} to {}", text_of(parameter[0]), text_of(parameter[1]))
                                       : text_of(parameter.is_array() ? parameter[0] : parameter);
      parameters.push_back(fmt::format("{} {}", key, text));
    }
  }
  if (probability_of(change) < 1) parameters.push_back(fmt::format("probability {:g}", probability_of(change)));
  return parameters.empty() ? name : fmt::format("{} ({})", name, fmt::join(parameters, ", "));
}

// The test set "all", where it is named or nothing is: a source alone says little of who tells it from others.
void add_set_of_all_sources(Study& study, const data::DataSet& data) {
  TestSet all{"all", {}, {}};
  for (const data::Source& source : data.sources) {
    if (source.test != nullptr) all.sources.emplace_back(source.name, Amount{});
  }
  const auto is_called_so = [&](const auto& one) { return one.name == all.name; };
  if (std::ranges::any_of(data.sources, is_called_so)) all.name = "all-sources";
  if (!all.sources.empty() && std::ranges::none_of(study.test_sets, is_called_so)) {
    study.test_sets.insert(study.test_sets.begin(), std::move(all));
  }
  if (!study.test_on.empty()) return;
  for (const TestSet& set : study.test_sets) study.test_on.push_back(set.name);
}

}  // namespace

Json to_json(const KnownTestSet& known) {
  return {{"name", known.set.name},
          {"sources", to_json(known.set.sources)},
          {"transform", transform_to_json(known.set.transform)},
          {"fingerprint", known.fingerprint}};
}

KnownTestSet known_test_set_from_json(const Json& value) {
  return {{value.at("name").get<std::string>(), amounts_from_json(value.at("sources")),
           augmentations_from_json(value.at("transform"))},
          value.at("fingerprint").get<std::string>()};
}

bool operator==(const KnownTestSet& a, const KnownTestSet& b) { return to_json(a) == to_json(b); }

TestSetFingerprints fingerprints_of(const std::vector<KnownTestSet>& sets) {
  TestSetFingerprints fingerprints;
  for (const KnownTestSet& known : sets) fingerprints[known.set.name] = known.fingerprint;
  return fingerprints;
}

void prepare_data(Study& study, const std::filesystem::path& cache, data::DataSet& data) {
  if (study.label_source) {
    data = data::label_by_source(std::move(data), cache);
    add_set_of_all_sources(study, data);
  }
  const DropDuplicates drop = study.asked.drop_duplicates.value_or(DropDuplicates::none);
  std::vector<data::Source> made;  // a test set is made of sources, and of no other test set
  for (const TestSet& set : study.test_sets) {
    const bool asked = study.test_on.empty() || std::ranges::find(study.test_on, set.name) != study.test_on.end();
    if (!asked) continue;
    try {
      data::Source& source = made.emplace_back();
      source.name = set.name;
      source.test = store_of(set, drop, cache, data);
    } catch (const DamagedFile&) {  // is thrown away, and the command begins anew
      throw;
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: test.{}: {}", study.file.string(), set.name, problem.what()), problem.hint());
    }
  }
  data.test_sets = std::move(made);
}

std::vector<std::string> describe_test_sets(const std::vector<TestSet>& sets, const std::vector<std::string>& names,
                                            const data::DataSet& data) {
  std::vector<std::string> sentences;
  for (const TestSet& set : sets) {
    if (std::ranges::find(names, set.name) == names.end()) continue;
    std::vector<std::string> sources, changes;
    for (const auto& [name, amount] : set.sources) sources.push_back(name);
    for (const data::Augmentation& change : set.transform) changes.push_back(change_text(change));
    const std::size_t images = data.source(set.name).test->size();
    sentences.push_back(fmt::format("{}: {} test image{} of {}{}", set.name, format_count(images),
                                    images == 1 ? "" : "s", join_words(sources),
                                    changes.empty() ? "" : ", changed: " + join_words(changes)));
  }
  return sentences;
}

std::vector<std::string> sources_of_tests(const std::vector<TestSet>& sets, const std::vector<std::string>& names) {
  std::vector<std::string> sources;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(sources, name) == sources.end()) sources.push_back(name);
  };
  for (const std::string& name : names) {
    const auto set = std::ranges::find(sets, name, &TestSet::name);
    if (set == sets.end()) {
      add(name);
    } else {
      for (const auto& [source, amount] : set->sources) add(source);
    }
  }
  return sources;
}

}  // namespace ersatz::study
