#include "study/training_settings.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

// A value of the setting that is not its usual one.
void set_to_something(const Field& field, TrainingSettings& settings) {
  std::visit(
      [&](const auto& kind) {
        auto& member = settings.*kind.member;
        using Value = typename std::decay_t<decltype(member)>::value_type;
        if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          member = {"A", "B"};
        } else if constexpr (std::is_same_v<Value, PrecisionChoice>) {
          member = PrecisionChoice::bf16;
        } else if constexpr (std::is_same_v<Value, bool>) {
          member = true;
        } else if constexpr (std::is_same_v<Value, DropDuplicates>) {
          member = DropDuplicates::near;
        } else if constexpr (std::is_same_v<Value, double>) {
          member = 0.1 + 0.2;
        } else {
          member = 7;
        }
      },
      field.kind);
}

// A member that the table forgets would be read from no file and be part of no id.
TEST(TrainingSettings, EveryMemberIsInTheTableOnce) {
  TrainingSettings all;
  std::set<std::string_view> keys;
  for (const Field& field : settings_fields()) {
    TrainingSettings before = all;
    set_to_something(field, all);
    EXPECT_NE(all, before) << field.key << " is the member of another key, too";
    EXPECT_TRUE(keys.insert(field.key).second) << field.key;
  }
  // Does not compile when there is another member: it belongs here, and into the table.
  const auto& [epochs, batch, learning_rate, momentum, nesterov, decay_rate, decay_steps, patience, validation,
               precision, limit, drop_duplicates, steps, validate_on, label_smoothing, cooldown, own_validation,
               own_validation_of] = all;
  EXPECT_TRUE(epochs && batch && learning_rate && momentum && nesterov && decay_rate && decay_steps && patience &&
              validation && precision && limit && drop_duplicates && steps && validate_on && label_smoothing &&
              cooldown && own_validation && own_validation_of);
}

TEST(TrainingSettings, ComeBackFromJsonToTheLastBit) {
  TrainingSettings settings = with_defaults({});
  Json usual;
  settings_to_json(settings, usual);
  EXPECT_EQ(settings_from_json(usual), settings);
  EXPECT_FALSE(usual.contains("steps"));
  EXPECT_TRUE(usual.at("limit").is_null());
  for (const Field& field : settings_fields()) {
    TrainingSettings one = settings;
    set_to_something(field, one);
    Json value;
    settings_to_json(one, value);
    EXPECT_EQ(settings_from_json(value), one) << field.key;
    EXPECT_NE(value, usual) << field.key << " is part of a run's id";
  }
}

// As in the runs that earlier versions made, whose ids hang on it.
TEST(TrainingSettings, DuplicatesAreWrittenAsTrueFalseOrNear) {
  const std::map<DropDuplicates, Json> written{
      {DropDuplicates::none, false}, {DropDuplicates::exact, true}, {DropDuplicates::near, "near"}};
  for (const auto& [choice, text] : written) {
    TrainingSettings settings = with_defaults({});
    settings.drop_duplicates = choice;
    Json object;
    settings_to_json(settings, object);
    EXPECT_EQ(object.at("drop_duplicates"), text);
    EXPECT_EQ(settings_from_json(object), settings);
  }
  Json object;
  settings_to_json(with_defaults({}), object);
  object["drop_duplicates"] = "far";
  EXPECT_THROW(settings_from_json(object), Json::exception);
}

TEST(TrainingSettings, ARecordMustHaveTheKeysThatEveryRunHas) {
  Json usual;
  settings_to_json(with_defaults({}), usual);
  for (const Field& field : settings_fields()) {
    if (!field.always_recorded) continue;
    Json without = usual;
    without.erase(std::string(field.key));
    EXPECT_THROW(settings_from_json(without), Json::exception) << field.key;
  }
  usual["precision"] = "f16";
  EXPECT_THROW(settings_from_json(usual), Error);
  usual["precision"] = "f32";
  usual["epochs"] = "many";
  EXPECT_THROW(settings_from_json(usual), Json::exception);
}

// The rows of the first table below a heading.
std::string table_below(const std::string& page, const std::string& heading) {
  const std::string head = "| key | type | default | meaning |\n|---|---|---|---|\n";
  const std::size_t section = page.find(heading + "\n");
  const std::size_t table = section == std::string::npos ? section : page.find(head, section);
  if (table == std::string::npos) return {};
  const std::size_t begin = table + head.size();
  return page.substr(begin, page.find("\n\n", begin) + 1 - begin);
}

// Every row and no other: a key that is gone must go from the page, too.
TEST(StudyKeys, AreWhatTheDocumentationSays) {
  const std::string page = read_file(std::filesystem::path(ERSATZ_SOURCE_DIR) / "docs/study-files.md");
  std::map<std::string, std::string> expected;
  for (const StudyKey& key : study_keys()) expected[key.section] += markdown_row(key) + "\n";
  EXPECT_EQ(expected.size(), 10U);
  for (const auto& [section, rows] : expected) {
    EXPECT_EQ(table_below(page, fmt::format("## [{}]", section)), rows) << "ersatz study keys --markdown prints them";
  }
}

}  // namespace
}  // namespace ersatz::study
