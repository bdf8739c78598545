#include "study/output_layout.hpp"

#include <fmt/format.h>

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPartial = ".partial-";  // a run's id follows
constexpr std::string_view kDamaged = ".damaged-";  // likewise
constexpr std::string_view kAttempt = "attempt-";
constexpr std::string_view kPacked = ".packed-";    // likewise
constexpr std::string_view kDrawing = ".figures-";  // a process follows
constexpr std::string_view kSource = "source";
constexpr std::string_view kMixtures = "mixtures_";
constexpr std::string_view kBudgets = "budgets_";
constexpr std::string_view kHistories = "_histories";
constexpr std::string_view kConfusion = "confusion_";

fs::path numbered(const fs::path& out, std::string_view prefix, const std::string& id, int number) {
  return runs_folder(out) / fmt::format("{}{}{}", prefix, id, number > 1 ? fmt::format("-{}", number) : "");
}

}  // namespace

fs::path study_file(const fs::path& out) { return out / "study.json"; }
fs::path output_lock(const fs::path& out) { return out / ".lock"; }
fs::path test_looks_file(const fs::path& out) { return out / "test-looks.csv"; }
fs::path data_folder(const fs::path& out) { return out / "data"; }
fs::path test_images_file(const fs::path& out, const std::string& source) {
  return data_folder(out) / (source + "-test.csv");
}

fs::path thumbnails_file(const fs::path& out, const std::string& source) {
  return data_folder(out) / (source + "-thumbnails.json");
}
fs::path maps_file(const fs::path& out, const std::string& source) {
  return data_folder(out) / (source + "-maps.json");
}

fs::path runs_folder(const fs::path& out) { return out / "runs"; }
fs::path run_folder(const fs::path& out, const std::string& id) { return runs_folder(out) / id; }
fs::path partial_folder(const fs::path& out, const std::string& id) {
  return runs_folder(out) / (std::string(kPartial) + id);
}
bool is_partial_folder(const fs::path& folder) { return folder.filename().string().starts_with(kPartial); }
fs::path damaged_folder(const fs::path& out, const std::string& id, int number) {
  return numbered(out, kDamaged, id, number);
}
fs::path packed_folder(const fs::path& out, const std::string& id, int number) {
  return numbered(out, kPacked, id, number);
}
std::string run_id(const fs::path& folder) {
  if (is_attempt_folder(folder)) return run_id(folder.parent_path());
  const std::string name = folder.filename().string();
  return name.starts_with(kPartial) ? name.substr(kPartial.size()) : name;
}
fs::path output_folder_of(const fs::path& folder) {
  return is_attempt_folder(folder) ? folder / ".." / ".." / ".." : folder / ".." / "..";
}

fs::path tables_folder(const fs::path& out) { return out / "tables"; }
fs::path f1_table_file(const fs::path& out, std::string_view extension) {
  return tables_folder(out) / fmt::format("f1{}", extension);
}
fs::path metrics_file(const fs::path& out) { return tables_folder(out) / "metrics.csv"; }
fs::path worth_table_file(const fs::path& out, const std::string& source, std::string_view extension) {
  return tables_folder(out) / fmt::format("worth-{}{}", source, extension);
}

fs::path budgets_table_file(const fs::path& out, const std::string& source, std::string_view extension) {
  return tables_folder(out) / fmt::format("budgets-{}{}", source, extension);
}
fs::path budgets_figure_path(const fs::path& out, const std::string& source) {
  return figures_folder(out) / fmt::format("{}{}", kBudgets, source);
}

fs::path figures_folder(const fs::path& out) { return out / "figures"; }
fs::path mixtures_figure_path(const fs::path& out, const std::string& source) {
  return figures_folder(out) / fmt::format("{}{}", kMixtures, source);
}
fs::path histories_figure_path(const fs::path& out, const std::string& classifier) {
  return figures_folder(out) / fmt::format("{}{}", classifier, kHistories);
}
fs::path confusion_figure_path(const fs::path& out, const std::string& classifier, const std::string& train_on,
                               const std::string& test_on) {
  return figures_folder(out) / fmt::format("{}{}_{}_{}", kConfusion, classifier, train_on, test_on);
}
fs::path figure_source_folder(const fs::path& out) { return figures_folder(out) / kSource; }
fs::path figure_source_path(const fs::path& figure) { return figure.parent_path() / kSource / figure.filename(); }
std::string figure_data_name(const fs::path& figure) { return figure.filename().string() + ".csv"; }
bool is_figure_file(const fs::path& path) {
  const std::string extension = path.extension().string(), name = path.stem().string();
  if (extension != ".svg" && extension != ".png") return false;
  return name.starts_with(kConfusion) || name.starts_with(kMixtures) || name.starts_with(kBudgets) ||
         name.ends_with(kHistories);
}
bool is_drawing_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with(kDrawing) && name.size() > kDrawing.size() &&
         name.find_first_not_of("0123456789", kDrawing.size()) == std::string::npos;
}
fs::path page_file(const fs::path& out) { return out / "report.html"; }

fs::path run_file(const fs::path& folder) { return folder / "run.json"; }
fs::path history_file(const fs::path& folder) { return folder / "history.csv"; }
fs::path model_file(const fs::path& folder) { return folder / "model.safetensors"; }
fs::path model_card_file(const fs::path& folder) { return folder / "model_card.txt"; }
fs::path predictions_file(const fs::path& folder, const std::string& source) {
  return folder / fmt::format("predictions-{}.npy", source);
}
fs::path classes_file(const fs::path& folder, const std::string& source) {
  return folder / fmt::format("classes-{}.npy", source);
}
fs::path probabilities_file(const fs::path& folder, const std::string& source) {
  return folder / fmt::format("probabilities-{}.npy", source);
}
fs::path report_file(const fs::path& folder, const std::string& source) {
  return folder / fmt::format("report-{}.txt", source);
}
fs::path curves_figure_path(const fs::path& folder) { return folder / "curves"; }

fs::path checkpoint_file(const fs::path& folder) { return folder / "checkpoint.safetensors"; }
fs::path failure_file(const fs::path& folder) { return folder / "failed.json"; }
fs::path attempt_folder(const fs::path& folder, std::string_view name) {
  return folder / fmt::format("{}{}", kAttempt, name);
}
bool is_attempt_folder(const fs::path& folder) { return folder.filename().string().starts_with(kAttempt); }
fs::path claim_file(const fs::path& folder) { return folder / "claim"; }
fs::path run_lock(const fs::path& folder) { return folder / "lock"; }

fs::path advice_file(const fs::path& out) { return out / "advice.json"; }
fs::path searches_file(const fs::path& out) { return out / "searches.csv"; }
fs::path stage_study_file(const fs::path& out, std::string_view stage) { return out / (std::string(stage) + ".toml"); }
fs::path stage_folder(const fs::path& out, std::string_view stage) { return out / stage; }

}  // namespace ersatz::study
