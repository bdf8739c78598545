#include "study/method_json.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/overloaded.hpp"

namespace ersatz::study {
namespace {

using models::Method;

Json budget_to_json(const models::Budget& budget) {
  return std::visit(Overloaded{[](const models::EpochBudget& epochs) {
                                 return Json{{"epochs", epochs.epochs}, {"patience", epochs.patience}};
                               },
                               [](const models::StepBudget& steps) {
                                 return Json{{"steps", steps.steps}};
                               }},
                    budget);
}

models::Budget budget_from_json(const Json& value) {
  if (value.contains("steps")) return models::StepBudget{value.at("steps")};
  return models::EpochBudget{value.at("epochs"), value.at("patience")};
}

Json schedule_to_json(const models::Schedule& schedule) {
  return std::visit(Overloaded{[](const models::ExponentialDecay& decay) {
                                 return Json{{"decay_rate", decay.decay_rate}, {"decay_steps", decay.decay_steps}};
                               },
                               [](const models::Triangle& triangle) {
                                 return Json{{"start", triangle.start}, {"peak", triangle.peak}, {"end", triangle.end}};
                               },
                               [](const models::Cooldown& cooldown) {
                                 return Json{{"cooldown", cooldown.share}};
                               }},
                    schedule);
}

models::Schedule schedule_from_json(const Json& value) {
  if (value.contains("cooldown")) return models::Cooldown{value.at("cooldown")};
  if (value.contains("peak")) return models::Triangle{value.at("start"), value.at("peak"), value.at("end")};
  return models::ExponentialDecay{value.at("decay_rate"), value.at("decay_steps")};
}

Json optimizer_to_json(const nn::SgdOptions& options) {
  return {{"learning_rate", options.learning_rate},
          {"momentum", options.momentum},
          {"nesterov", options.nesterov},
          {"weight_decay", options.weight_decay},
          {"norm_bias_factor", options.norm_bias_factor}};
}

nn::SgdOptions optimizer_from_json(const Json& value) {
  return {value.at("learning_rate"), value.at("momentum"), value.at("nesterov"), value.at("weight_decay"),
          value.at("norm_bias_factor")};
}

}  // namespace

Json to_json(const Method& method) {
  Json value = {{"batch", method.batching.size},
                {"drops_smaller_last", method.batching.drops_smaller_last},
                {"budget", budget_to_json(method.budget)},
                {"optimizer", optimizer_to_json(method.optimizer)},
                {"schedule", schedule_to_json(method.schedule)},
                {"label_smoothing", method.label_smoothing},
                {"views", static_cast<int>(method.views)}};
  if (const auto& averaging = method.averaging) {
    value["averaging"] = {{"every", averaging->every}, {"most", averaging->most}};
  }
  if (const auto& whitening = method.whitening) {
    value["whitening"] = {
        {"layer", whitening->layer}, {"examples", whitening->examples}, {"bias_share", whitening->bias_share}};
  }
  Json list = Json::array();
  for (const data::Augmentation& augmentation : method.augmentation) list.push_back(data::to_json(augmentation));
  value["augmentation"] = std::move(list);
  return value;
}

Method method_from_json(const Json& value) {
  Method method;
  method.batching = {value.at("batch"), value.at("drops_smaller_last")};
  method.budget = budget_from_json(value.at("budget"));
  method.optimizer = optimizer_from_json(value.at("optimizer"));
  method.schedule = schedule_from_json(value.at("schedule"));
  method.label_smoothing = value.at("label_smoothing");
  const int views = value.at("views");
  if (views != 0 && views != 1) throw Error(fmt::format("there are no test views {}", views));
  method.views = static_cast<models::TestViews>(views);
  if (value.contains("averaging")) {
    const Json& averaging = value.at("averaging");
    method.averaging = models::Averaging{averaging.at("every"), averaging.at("most")};
  }
  if (value.contains("whitening")) {
    const Json& whitening = value.at("whitening");
    method.whitening = models::Whitening{whitening.at("layer"), whitening.at("examples"), whitening.at("bias_share")};
  }
  for (const Json& entry : value.at("augmentation")) {
    method.augmentation.push_back(data::augmentation_from_json(entry));
  }
  return method;
}

}  // namespace ersatz::study
