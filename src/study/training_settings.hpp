#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_fwd.hpp"
#include "nn/precision.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

enum class PrecisionChoice { automatic, f32, bf16 };
std::string_view precision_choice_name(PrecisionChoice choice);  ///< "auto", "f32", "bf16"
std::optional<PrecisionChoice> precision_choice(std::string_view name);
/// What the choice means on this machine.
nn::Precision resolve_precision(PrecisionChoice choice);

/// Which test images are left out of testing: those with an equal one among their source's training images, or with one
/// that is nearly the same (data/near/near_copies.hpp). Written false, true and "near".
enum class DropDuplicates { none, exact, near };

/// What a run is trained with, every value optional. In a Study those values are set that the study file or the command
/// line asks for; in a RunSpec those that the run was trained with, as run.json has them. What each value means, its
/// range and its default are in settings_fields(), the one table of them.
struct TrainingSettings {
  std::optional<std::int64_t> epochs;
  std::optional<std::int64_t> batch;
  std::optional<double> learning_rate;
  std::optional<double> momentum;
  std::optional<bool> nesterov;
  std::optional<double> decay_rate;
  std::optional<double> decay_steps;
  std::optional<std::int64_t> patience;
  std::optional<double> validation;
  std::optional<PrecisionChoice> precision;
  std::optional<std::int64_t> limit;
  std::optional<DropDuplicates> drop_duplicates;
  std::optional<std::int64_t> steps;
  std::optional<std::vector<std::string>> validate_on;
  std::optional<double> label_smoothing;
  std::optional<double> cooldown;
  std::optional<double> own_validation;
  /// Of which sources of the training set own_validation takes images: the plan finds it (budgets.hpp).
  std::optional<std::vector<std::string>> own_validation_of;

  bool operator==(const TrainingSettings&) const = default;
};

/// The values that a number may have.
struct Interval {
  double least = 0;
  bool with_least = true;
  double most = 1;
  bool with_most = true;  ///< false and most = infinity: no upper end
};

template <typename T>
using Member = std::optional<T> TrainingSettings::*;

struct IntegerField {
  Member<std::int64_t> member;
  std::int64_t least, most;
  std::optional<std::int64_t> usual = std::nullopt;
  bool or_list = false;  ///< a study file may give several, which are read elsewhere (budgets.hpp)
};
struct NumberField {
  Member<double> member;
  Interval interval;
  std::optional<double> usual = std::nullopt;
};
struct FlagField {
  Member<bool> member;
  bool usual;
};
struct PrecisionField {
  Member<PrecisionChoice> member;
  PrecisionChoice usual;
};
struct DuplicatesField {
  Member<DropDuplicates> member;
  DropDuplicates usual;
};
struct NamesField {
  Member<std::vector<std::string>> member;
};

/// Where a setting is asked for.
enum class Place { training, data, command_line, plan };

/// One setting. `usual` values are the seed study's (docs/design.md).
struct Field {
  std::string_view key;
  std::variant<IntegerField, NumberField, FlagField, PrecisionField, DuplicatesField, NamesField> kind;
  Place place;
  bool of_method;             ///< a classifier with a method of its own decides it: what a study says does not count
  bool always_recorded;       ///< run.json has it in every run, null where it is not set; else only where it is set
  std::string_view fallback;  ///< its default, in words for people
  std::string_view meaning;   ///< in a line or two, in Markdown
  bool of_set = false;        ///< a training set may have a value of its own, which goes before the study's
};

/// All settings, in the order in which run.json has them. The order is part of every run's id: add at the end.
std::span<const Field> settings_fields();

/// "integer from 1", "number in (0, 1]", "true/false", ...
std::string type_text(const Field& field);

/// `asked`, and the usual value of everything else that has one.
TrainingSettings with_defaults(TrainingSettings asked);

/// Reads the section's settings. Throws Error "FILE:LINE: KEY: problem" for wrong types, for values out of range and
/// for values that contradict each other.
void read_settings(const TomlSection& section, Place place, TrainingSettings& into);

/// Reads those that a training set may have of its own. Throws as read_settings() does.
void read_own_settings(const TomlSection& section, TrainingSettings& into);

/// `asked`, with the values that are set in `own` in place of its own.
TrainingSettings with_own(TrainingSettings asked, const TrainingSettings& own);

/// An object of the values that are set, and back. Throws Json::exception for values of another type.
Json set_values_to_json(const TrainingSettings& settings);
TrainingSettings set_values_from_json(const Json& object);

/// Adds the settings to an object, as run.json has them, and reads them from one. Throws Json::exception for keys that
/// every run has and this one lacks and for values of another type, Error for an unknown precision.
void settings_to_json(const TrainingSettings& settings, Json& object);
TrainingSettings settings_from_json(const Json& object);

/// Makes a budget of `steps` of the settings, in place of epochs and early stopping. A learning rate that was asked to
/// fall over another budget is stretched with it.
void replace_steps(TrainingSettings& asked, std::int64_t steps);
/// What decay_steps is where it is not asked for: the rate falls over the budget as the seed study's falls over its 20
/// epochs of 625 steps, to .9^1.25 of its beginning.
double usual_decay_steps(std::int64_t steps);

}  // namespace ersatz::study
