#include "study/advice/recipe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"
#include "study/toml_text.hpp"

namespace ersatz::study {
namespace {

constexpr double kLight = 0.3, kKept = 0.5;

std::string amounts(const Recipe& recipe, bool photographs, bool generated) {
  std::vector<std::string> pairs;
  if (photographs && recipe.photographs > 0) {
    pairs.push_back(fmt::format("{} = {}", toml_key(recipe.real), recipe.photographs));
  }
  for (const auto& [source, images] : recipe.generated) {
    if (generated)
      pairs.push_back(fmt::format("{} = {}", toml_key(source), images == 0 ? "\"all\"" : fmt::format("{}", images)));
  }
  return fmt::format("{{ {} }}", fmt::join(pairs, ", "));
}

// A value for each generated source.
std::string each(const Recipe& recipe, const std::string& value) {
  std::vector<std::string> pairs;
  for (const auto& [source, images] : recipe.generated)
    pairs.push_back(fmt::format("{} = {}", toml_key(source), value));
  return fmt::format("{}", fmt::join(pairs, ", "));
}

std::string phases(const Recipe& recipe) {
  return fmt::format("phases = [{{ sources = {}, share = 0.5 }}, {{ sources = {}, share = 0.5 }}]\n",
                     amounts(recipe, false, true), amounts(recipe, true, false));
}

std::string keep(const Recipe& recipe, const char* by) {
  return fmt::format("keep = {{ {} }}\n", each(recipe, fmt::format("{{ by = \"{}\", share = {} }}", by, kKept)));
}

std::string use_keys(const Recipe& recipe) {
  switch (recipe.use) {
    case GeneratedUse::mixed: return "";
    case GeneratedUse::half:
      return fmt::format("draw = {{ {} = 0.5, {} }}\n", toml_key(recipe.real),
                         each(recipe, fmt::format("{}", 0.5 / static_cast<double>(recipe.generated.size()))));
    case GeneratedUse::light: return fmt::format("weight = {{ {} }}\n", each(recipe, fmt::format("{}", kLight)));
    case GeneratedUse::first: return phases(recipe);
    case GeneratedUse::color: return "match = \"color\"\n";
    case GeneratedUse::spectrum: return "match = \"spectrum\"\n";
    case GeneratedUse::agreement: return keep(recipe, "agreement");
    case GeneratedUse::distinct: return keep(recipe, "distinct");
    case GeneratedUse::teacher: return "labels = \"teacher\"\n";
  }
  return "";
}

std::string use_words(GeneratedUse use) {
  switch (use) {
    case GeneratedUse::mixed: return "";
    case GeneratedUse::half: return "half of each batch generated";
    case GeneratedUse::light: return fmt::format("generated ones weighted {} in the loss", kLight);
    case GeneratedUse::first: return "generated ones in the first half of the training, photographs in the second";
    case GeneratedUse::color: return "with the colours of the photographs";
    case GeneratedUse::spectrum: return "with the spectrum of the photographs";
    case GeneratedUse::agreement: return "the half of them that a verifier agrees with";
    case GeneratedUse::distinct: return "the half of them that is most distinct";
    case GeneratedUse::teacher: return "labelled by a teacher that the photographs trained";
  }
  return "";
}

}  // namespace

std::size_t Recipe::added() const {
  std::size_t sum = 0;
  for (const auto& [source, images] : generated) sum += images;
  return sum;
}

std::string train_section(const Recipe& recipe) {
  std::string text = fmt::format("[train.{}]\n", toml_key(recipe.name));
  if (recipe.use != GeneratedUse::first) text += fmt::format("sources = {}\n", amounts(recipe, true, true));
  text += use_keys(recipe);
  const TrainingChange& training = recipe.training;
  if (training.augment) {
    std::vector<std::string> names;
    for (const std::string& name : *training.augment) names.push_back(toml_text(name));
    text += fmt::format("augment = [{}]\n", fmt::join(names, ", "));
  }
  if (training.learning_rate) text += fmt::format("learning_rate = {}\n", *training.learning_rate);
  if (training.label_smoothing) text += fmt::format("label_smoothing = {}\n", *training.label_smoothing);
  return text;
}

std::string recipe_words(const Recipe& recipe) {
  std::vector<std::string> images;
  if (recipe.photographs > 0) images.push_back(fmt::format("{} {}", format_count(recipe.photographs), recipe.real));
  for (const auto& [source, count] : recipe.generated) {
    images.push_back(count == 0 ? "all " + source : fmt::format("{} {}", format_count(count), source));
  }
  std::string text = join_words(images);
  if (const std::string use = use_words(recipe.use); !use.empty()) text += ", " + use;
  const TrainingChange& training = recipe.training;
  if (training.augment) text += fmt::format("; {}", fmt::join(*training.augment, ", "));
  if (training.learning_rate) text += fmt::format("; learning rate {}", *training.learning_rate);
  if (training.label_smoothing) text += fmt::format("; label smoothing {}", *training.label_smoothing);
  return text;
}

}  // namespace ersatz::study
