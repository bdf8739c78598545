#include "analysis/tuned_arm.hpp"

#include <optional>

#include "study/ladder_state.hpp"

namespace ersatz::analysis {

std::vector<TunedArm> tuned_arms(const std::filesystem::path& out, const study::StudyRecord& study) {
  std::vector<TunedArm> arms;
  if (!study.stages || !study.stages->tunes()) return arms;
  const auto ladder = study.ladder ? std::optional(study.ladder->rule) : std::nullopt;
  const std::vector<study::ArmStage> stages = study::read_stages(out, *study.stages, ladder);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!stages[i].chosen) continue;
    const study::StagedArm& arm = study.stages->arms[i];
    arms.push_back({arm.classifier, arm.train_on, stages[i].tuned.trials,
                    study::setting_of(arm, study.stages->trials[*stages[i].chosen])});
  }
  return arms;
}

void read_as_asked(const study::StudyRecord& study, std::vector<study::RunRecord>& runs) {
  for (study::RunRecord& run : runs) {
    study::TrainingSet& set = run.spec.train_on;
    set.own = study::own_settings_of(study.own_settings, run.spec.classifier, set.name);
    if (!study.stages) continue;
    for (const study::StagedArm& arm : study.stages->arms) {
      if (arm.classifier == run.spec.classifier && arm.train_on == set.name) set.augment = arm.augment;
    }
  }
}

}  // namespace ersatz::analysis
