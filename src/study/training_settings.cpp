#include "study/training_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/overloaded.hpp"
#include "base/suggest.hpp"

namespace ersatz::study {
namespace {

constexpr std::int64_t kMany = 1'000'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Interval kPositive{0, false, kInfinity, false}, kBelowOne{0, true, 1, false}, kShare{0, false, 1, true},
    kInside{0, false, 1, false};

using S = TrainingSettings;

constexpr std::array<Field, 18> kFields{{
    {"epochs", IntegerField{&S::epochs, 1, kMany, 20}, Place::training, false, true, "20",
     "at most this many passes over the training images"},
    {"batch", IntegerField{&S::batch, 1, kMany, 64}, Place::training, true, true, "64",
     "images in a step; the smaller last batch of an epoch is trained too"},
    {"learning_rate", NumberField{&S::learning_rate, kPositive, 0.01}, Place::training, true, true, "0.01",
     "at the first step", true},
    {"momentum", NumberField{&S::momentum, kBelowOne, 0}, Place::training, true, true, "0",
     "share of the last update that the next one keeps", true},
    {"nesterov", FlagField{&S::nesterov, false}, Place::training, true, true, "`false`",
     "look ahead along the momentum (Nesterov); needs a momentum above 0"},
    {"decay_rate", NumberField{&S::decay_rate, kShare, 0.9}, Place::training, true, true, "0.9",
     "rate at step s = `learning_rate` x `decay_rate` ^ (s / `decay_steps`), continuous; 1 keeps it constant"},
    {"decay_steps", NumberField{&S::decay_steps, kPositive, 10000}, Place::training, true, true,
     "10000; with `steps` .8 x `steps`",
     "steps in which the rate falls by `decay_rate`. The default with `steps` lets it fall as far as 20 epochs of "
     "40,000 "
     "images do"},
    {"patience", IntegerField{&S::patience, 0, kMany, 2}, Place::training, true, true, "2",
     "stop after this many epochs without a strictly better validation accuracy and take the best epoch's weights; 0 = "
     "train all epochs and take the last one's"},
    {"validation", NumberField{&S::validation, kBelowOne, 0.2}, Place::training, false, true, "0.2",
     "share of each class's training images, the first ones in byte order of their names, that is only watched. With 0 "
     "there is no early stopping"},
    {"precision", PrecisionField{&S::precision, PrecisionChoice::automatic}, Place::training, false, true, "`\"auto\"`",
     "what layers compute in while training: `auto` is bf16 where the processor has it in hardware. Weights and final "
     "tests are always f32"},
    {"limit", IntegerField{&S::limit, 1, kMany* kMany}, Place::command_line, false, true, "none",
     "training images per class; of a mixture in all, each source keeping its part"},
    {"drop_duplicates", DuplicatesField{&S::drop_duplicates, DropDuplicates::none}, Place::data, false, true, "`false`",
     "leave test images out of testing that have a pixel-exact copy among their source's training images; `\"near\"`: "
     "a "
     "copy that is nearly the same (`ersatz data info --near` counts them)"},
    {"steps", IntegerField{&S::steps, 1, kMany* kMany, std::nullopt, true}, Place::training, false, false, "none",
     "in place of `epochs` and `patience`: this many updates in every run, however many images it has. Nothing stops "
     "early, the last weights are tested, and validation is watched ten times on the way. A list makes a run for each "
     "budget (below)"},
    {"validate_on", NamesField{&S::validate_on}, Place::training, false, false, "the sources of the training set",
     "sources whose validation parts are watched: to choose a recipe for REAL photographs without training on one, and "
     "without looking at the test set (`ersatz table DIR --validation`)"},
    {"label_smoothing", NumberField{&S::label_smoothing, kBelowOne}, Place::training, false, false, "0; `convnet` 0.2",
     "share of a label's probability that is spread evenly over all classes (Szegedy et al. 2016, arXiv 1512.00567), "
     "in "
     "training only",
     true},
    {"cooldown", NumberField{&S::cooldown, kShare}, Place::training, true, false,
     "none; with `budget = \"converged\"` 0.2",
     "in place of `decay_rate`, with `steps` only: the rate stays at `learning_rate` and falls linearly to 0 over this "
     "share of the steps, the last ones (Hagele et al. 2024, arXiv 2405.18392)"},
    {"own_validation", NumberField{&S::own_validation, kInside}, Place::training, false, false, "none",
     "in place of `validation`: this share of a training set's own images of the real source (without any: of each of "
     "its sources) is only watched, and counts in its amount: of 500 photographs 375 are trained on and 125 watched"},
    {"own_validation_of", NamesField{&S::own_validation_of}, Place::plan, false, false, "", ""},
}};

bool allows(const Interval& interval, double x) {
  const bool above = interval.with_least ? x >= interval.least : x > interval.least;
  const bool below = interval.with_most ? x <= interval.most : x < interval.most;
  return std::isfinite(x) && above && below;
}

std::string rule_text(const Interval& interval) {
  std::string text = fmt::format("{} {}", interval.with_least ? "at least" : "more than", interval.least);
  if (interval.most < kInfinity) {
    text += fmt::format(" and {} {}", interval.with_most ? "at most" : "less than", interval.most);
  }
  return text;
}

double read_number(const TomlSection& section, std::string_view key, const Interval& interval, double value) {
  if (allows(interval, value)) return value;
  section.fail(key, fmt::format("must be {}, but is {}", rule_text(interval), value));
}

std::optional<DropDuplicates> read_duplicates(const TomlSection& section, std::string_view key) {
  if (!section.has(key)) return std::nullopt;
  const toml::node& node = section.node(key);
  if (const auto flag = node.value_exact<bool>()) return *flag ? DropDuplicates::exact : DropDuplicates::none;
  if (node.value_exact<std::string_view>() == "near") return DropDuplicates::near;
  section.fail(key, "must be true, false or \"near\"");
}

void read_field(const TomlSection& section, const Field& field, TrainingSettings& into) {
  const std::string_view key = field.key;
  std::visit(Overloaded{
                 [&](const IntegerField& kind) {
                   if (kind.or_list && section.has(key) && section.node(key).is_array()) return;
                   into.*kind.member = section.integer(key, kind.least, kind.most);
                 },
                 [&](const NumberField& kind) {
                   if (const auto value = section.number(key)) {
                     into.*kind.member = read_number(section, key, kind.interval, *value);
                   }
                 },
                 [&](const FlagField& kind) { into.*kind.member = section.flag(key); },
                 [&](const PrecisionField& kind) {
                   const auto name = section.text(key);
                   if (!name) return;
                   const auto choice = precision_choice(*name);
                   if (!choice)
                     section.fail(key, fmt::format("must be \"auto\", \"f32\" or \"bf16\", but is \"{}\"", *name),
                                  suggest(*name, {"auto", "f32", "bf16"}, "precisions"));
                   into.*kind.member = choice;
                 },
                 [&](const DuplicatesField& kind) { into.*kind.member = read_duplicates(section, key); },
                 [&](const NamesField& kind) { into.*kind.member = section.texts(key); },
             },
             field.kind);
}

// What one value alone does not show.
void check_together(const TomlSection& section, const TrainingSettings& settings) {
  const auto refuse_beside = [&](std::string_view key, std::initializer_list<const char*> others, const char* hint) {
    if (!section.has(key)) return;
    for (const char* other : others) {
      if (section.has(other)) section.fail(other, fmt::format("cannot stand beside {}", key), hint);
    }
  };
  refuse_beside("steps", {"epochs", "patience"},
                "with steps every run makes the same number of updates; nothing stops early");
  refuse_beside("cooldown", {"decay_rate", "decay_steps"}, "with cooldown the rate is constant before it falls to 0");
  refuse_beside("own_validation", {"validation", "validate_on"},
                "own_validation watches images of the training set's own amount; leave one of the two out");
  if (settings.cooldown && !section.has("steps") && !section.has("budget")) {
    section.fail("cooldown", "needs a budget of steps", "add steps = 6250, or budget = \"converged\"");
  }
  if (settings.nesterov.value_or(false) && settings.momentum.value_or(0) == 0) {
    section.fail("nesterov", "needs a momentum above 0", "add momentum = 0.9, or leave nesterov out");
  }
  if (settings.validation != 0.0) return;
  if (settings.validate_on) section.fail("validate_on", "needs a validation part, but validation is 0");
  if (settings.patience.value_or(0) > 0) {
    section.fail("patience", "needs a validation part, but validation is 0", "set patience = 0 to train all epochs");
  }
}

Json field_to_json(const Field& field, const TrainingSettings& settings) {
  return std::visit(
      [&](const auto& kind) {
        const auto& value = settings.*kind.member;
        if (!value) return Json();
        if constexpr (std::is_same_v<std::decay_t<decltype(*value)>, PrecisionChoice>) {
          return Json(precision_choice_name(*value));
        } else if constexpr (std::is_same_v<std::decay_t<decltype(*value)>, DropDuplicates>) {
          return *value == DropDuplicates::near ? Json("near") : Json(*value == DropDuplicates::exact);
        } else {
          return Json(*value);
        }
      },
      field.kind);
}

void field_from_json(const Json& value, const Field& field, TrainingSettings& into) {
  std::visit(
      [&](const auto& kind) {
        auto& member = into.*kind.member;
        using Value = typename std::decay_t<decltype(member)>::value_type;
        if constexpr (std::is_same_v<Value, PrecisionChoice>) {
          member = precision_choice(value.get<std::string>());
          if (!member) throw Error(fmt::format("a run description has the precision {}", value.dump()));
        } else if constexpr (std::is_same_v<Value, DropDuplicates>) {
          if (value == "near") {
            member = DropDuplicates::near;
          } else {
            member = value.get<bool>() ? DropDuplicates::exact : DropDuplicates::none;
          }
        } else {
          member = value.get<Value>();
        }
      },
      field.kind);
}

}  // namespace

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

std::span<const Field> settings_fields() { return kFields; }

std::string type_text(const Field& field) {
  return std::visit(Overloaded{
                        [](const IntegerField& kind) {
                          return fmt::format("integer from {}{}", kind.least, kind.or_list ? ", or a list" : "");
                        },
                        [](const NumberField& kind) {
                          const Interval& in = kind.interval;
                          if (in.most == kInfinity) return fmt::format("number above {}", in.least);
                          return fmt::format("number in {}{}, {}{}", in.with_least ? '[' : '(', in.least, in.most,
                                             in.with_most ? ']' : ')');
                        },
                        [](const FlagField&) { return std::string("true/false"); },
                        [](const PrecisionField&) { return std::string("`\"auto\"`, `\"f32\"`, `\"bf16\"`"); },
                        [](const DuplicatesField&) { return std::string("true/false, `\"near\"`"); },
                        [](const NamesField&) { return std::string("list of texts"); },
                    },
                    field.kind);
}

TrainingSettings with_defaults(TrainingSettings asked) {
  for (const Field& field : kFields) {
    std::visit(
        [&](const auto& kind) {
          if constexpr (requires { kind.usual; }) {
            if (auto& member = asked.*kind.member; !member) member = kind.usual;
          }
        },
        field.kind);
  }
  return asked;
}

void read_settings(const TomlSection& section, Place place, TrainingSettings& into) {
  for (const Field& field : kFields) {
    if (field.place == place) read_field(section, field, into);
  }
  check_together(section, into);
}

void read_own_settings(const TomlSection& section, TrainingSettings& into) {
  for (const Field& field : kFields) {
    if (field.of_set) read_field(section, field, into);
  }
}

TrainingSettings with_own(TrainingSettings asked, const TrainingSettings& own) {
  for (const Field& field : kFields) {
    std::visit(
        [&](const auto& kind) {
          if (const auto& value = own.*kind.member) asked.*kind.member = value;
        },
        field.kind);
  }
  return asked;
}

Json set_values_to_json(const TrainingSettings& settings) {
  Json object = Json::object();
  for (const Field& field : kFields) {
    if (Json value = field_to_json(field, settings); !value.is_null())
      object[std::string(field.key)] = std::move(value);
  }
  return object;
}

TrainingSettings set_values_from_json(const Json& object) {
  TrainingSettings settings;
  for (const Field& field : kFields) {
    if (object.contains(field.key)) field_from_json(object.at(std::string(field.key)), field, settings);
  }
  return settings;
}

void settings_to_json(const TrainingSettings& settings, Json& object) {
  for (const Field& field : kFields) {
    Json value = field_to_json(field, settings);
    if (field.always_recorded || !value.is_null()) object[std::string(field.key)] = std::move(value);
  }
}

TrainingSettings settings_from_json(const Json& object) {
  TrainingSettings settings;
  for (const Field& field : kFields) {
    const std::string key(field.key);
    if (!field.always_recorded && !object.contains(key)) continue;
    if (const Json& value = object.at(key); !value.is_null()) field_from_json(value, field, settings);
  }
  return settings;
}

double usual_decay_steps(std::int64_t steps) { return static_cast<double>(steps) * 0.8; }

void replace_steps(TrainingSettings& asked, std::int64_t steps) {
  if (asked.steps) {
    const double before = asked.decay_steps.value_or(usual_decay_steps(*asked.steps));
    asked.decay_steps = before * static_cast<double>(steps) / static_cast<double>(*asked.steps);
  } else {
    asked.decay_steps.reset();  // it was one for epochs
  }
  asked.steps = steps;
  asked.patience.reset();
}

}  // namespace ersatz::study
