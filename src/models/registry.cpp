#include "models/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "models/classifier_name.hpp"

namespace ersatz::models {

#define ERSATZ_CLASSIFIER(classifier) Registration classifier##_registration();
#include "models/classifiers.def"
#undef ERSATZ_CLASSIFIER

namespace {

const std::vector<Registration>& registrations() {
  static const std::vector<Registration> all{
#define ERSATZ_CLASSIFIER(classifier) classifier##_registration(),
#include "models/classifiers.def"
#undef ERSATZ_CLASSIFIER
  };
  return all;
}

// Null when there is no such classifier, whatever its variant.
const Registration* find_registration(const std::string& base) {
  const auto& all = registrations();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Registration& entry) { return entry.name == base; });
  return found == all.end() ? nullptr : &*found;
}

/// A name that was looked up: its registration and how titles call its variant.
struct Found {
  const Registration* registration;
  std::string variant, variant_title;
};

Found look_up(const std::string& name) {
  const ClassifierName parts = parse_classifier_name(name);
  const Registration* registration = find_registration(parts.base);
  const std::string problem = fmt::format("there is no classifier \"{}\"", name);
  if (registration == nullptr || (parts.variant && !registration->variants)) {
    throw Error(problem, suggest(parts.base, classifier_names(), "there are"));
  }
  if (!parts.variant) return {registration, {}, {}};
  const auto title = registration->variants->title(*parts.variant);
  if (!title) throw Error(problem, registration->variants->rule);
  return {registration, *parts.variant, *title};
}

std::string title_of(const Found& found) { return found.registration->title + found.variant_title; }

}  // namespace

std::vector<std::string> classifier_names() {
  std::vector<std::string> names;
  for (const Registration& registration : registrations()) names.emplace_back(registration.name);
  return names;
}

bool is_classifier(const std::string& name) {
  try {
    look_up(name);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string classifier_title(const std::string& name) { return title_of(look_up(name)); }

Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes) {
  const Found found = look_up(name);
  Classifier classifier = found.registration->make(found.variant, shape, classes);
  classifier.name = name;
  classifier.title = title_of(found);
  try {
    nn::output_shapes(classifier.network);
  } catch (const Error& problem) {
    throw Error(
        fmt::format("{} cannot read images of {} x {} pixels: {}", name, shape.width, shape.height, problem.what()));
  }
  return classifier;
}

}  // namespace ersatz::models
