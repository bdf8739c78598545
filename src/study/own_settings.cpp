#include "study/own_settings.hpp"

#include <variant>

#include "base/json.hpp"

namespace ersatz::study {

Json to_json(const std::vector<OwnSettings>& arms) {
  Json value = Json::array();
  for (const OwnSettings& arm : arms) {
    value.push_back(
        {{"classifier", arm.classifier}, {"train_on", arm.train_on}, {"settings", set_values_to_json(arm.settings)}});
  }
  return value;
}

std::vector<OwnSettings> own_settings_from_json(const Json& value) {
  std::vector<OwnSettings> arms;
  for (const Json& entry : value) {
    arms.push_back({entry.at("classifier"), entry.at("train_on"), set_values_from_json(entry.at("settings"))});
  }
  return arms;
}

TrainingSettings own_settings_of(const std::vector<OwnSettings>& arms, const std::string& classifier,
                                 const std::string& train_on) {
  for (const OwnSettings& arm : arms) {
    if (arm.classifier == classifier && arm.train_on == train_on) return arm.settings;
  }
  return {};
}

TrainingSettings that_differ(const TrainingSettings& own, const TrainingSettings& used, const TrainingSettings& usual) {
  TrainingSettings result;
  for (const Field& field : settings_fields()) {
    std::visit(
        [&](const auto& kind) {
          if (used.*kind.member != usual.*kind.member) result.*kind.member = own.*kind.member;
        },
        field.kind);
  }
  return result;
}

}  // namespace ersatz::study
