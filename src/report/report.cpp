#include "report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/answer.hpp"
#include "analysis/conclusion.hpp"
#include "analysis/results.hpp"
#include "analysis/validation.hpp"
#include "analysis/wording.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "report/classification_report.hpp"
#include "report/figures.hpp"
#include "report/mixture_tables.hpp"
#include "report/page.hpp"
#include "report/tables.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace fs = std::filesystem;
namespace {

void write_reports(const fs::path& out, const study::RunRecord& run, const study::StudyRecord& study) {
  for (const auto& result : analysis::read_test_results(out, run, study.classes)) {
    write_file(study::report_file(run.folder, result.test_on), classification_report(result.scores, study.classes));
  }
}

Figure run_curves(const study::RunRecord& run, const study::StudyRecord& study) {
  return curves_figure(study::curves_figure_path(run.folder), run, train::read_history(study::history_file(run.folder)),
                       study);
}

// Everything about the study but the drawing, which is done in one go.
struct StudyFigures {
  std::vector<Figure> figures;
  std::vector<PageFigure> mixtures, histories, confusions;
};

fs::path with_svg(fs::path path) { return path += ".svg"; }

StudyFigures study_figures(const fs::path& out, const analysis::ResultTable& table) {
  StudyFigures all;
  for (const auto& source : analysis::sources_by_curve(table)) {
    const auto figure = mixture_figure(study::mixtures_figure_path(out, source), table, source);
    if (!figure) continue;
    all.figures.push_back(*figure);
    all.mixtures.push_back({with_svg(figure->path), "Accuracy on " + source + " against the number of its images"});
  }
  std::vector<std::string> classifiers;
  for (const auto& run : table.runs) {
    const auto& name = run.spec.classifier;
    if (std::ranges::find(classifiers, name) == classifiers.end()) classifiers.push_back(name);
  }
  for (const auto& name : classifiers) {
    all.figures.push_back(histories_figure(study::histories_figure_path(out, name), table, name));
    const std::string label = fmt::format("{}: loss and accuracy of every training set over epochs", table.title(name));
    all.histories.push_back({with_svg(all.figures.back().path), label});
  }
  for (const auto& cell : table.cells) {
    const fs::path path = study::confusion_figure_path(out, cell.classifier, cell.train_on, cell.test_on);
    all.figures.push_back(confusion_figure(path, table, cell));
    all.confusions.push_back(
        {with_svg(all.figures.back().path),
         fmt::format("Confusion matrix of {} trained on {}, tested on {}", cell.title, cell.train_on, cell.test_on)});
  }
  return all;
}

void remove_old_figures(const fs::path& folder, const std::vector<Figure>& figures) {
  std::set<std::string> wanted;
  for (const auto& figure : figures) wanted.insert(figure.path.filename().string());
  std::error_code code;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const fs::path& path = entry.path();
    if (study::is_figure_file(path) && !wanted.contains(path.stem().string())) old.push_back(path);
  }
  for (const auto& path : old) fs::remove(path, code);
}

// One for every tested source that something besides its own images was trained on for.
std::vector<analysis::Answer> write_answers(const fs::path& out, const analysis::ResultTable& table) {
  std::vector<analysis::Answer> answers;
  for (const auto& source : analysis::sources_by_curve(table)) {
    analysis::Answer answer = analysis::answer(table, source);
    if (answer.sentences.empty()) continue;
    write_file(study::worth_table_file(out, source, ".md"), worth_markdown(table, answer));
    write_file(study::worth_table_file(out, source, ".csv"), gains_csv(answer.gains));
    answers.push_back(std::move(answer));
  }
  return answers;
}

// `more` are drawn in the same go.
void write_study(const fs::path& out, const analysis::ResultTable& table, std::vector<Figure> more) {
  write_file(study::f1_table_file(out, ".md"), f1_markdown(table));
  write_file(study::f1_table_file(out, ".csv"), f1_csv(table));
  write_file(study::metrics_file(out), metrics_csv(table));
  const std::vector<analysis::Answer> answers = write_answers(out, table);
  StudyFigures all = study_figures(out, table);
  remove_old_figures(study::figures_folder(out), all.figures);
  more.insert(more.end(), all.figures.begin(), all.figures.end());
  draw(more);
  write_file(study::page_file(out), report_page(table, answers, {all.mixtures, all.histories, all.confusions}));
}

}  // namespace

void write_run_files(const fs::path& run_folder, const study::StudyRecord& study) {
  const auto run = study::read_run_record(run_folder);
  write_reports(study::output_folder_of(run_folder), run, study);
  draw({run_curves(run, study)});
}

void write_study_files(const fs::path& out) { write_study(out, analysis::read_results(out), {}); }

std::size_t write_all_files(const fs::path& out) {
  const auto table = analysis::read_results(out);
  std::vector<Figure> curves;
  for (const auto& run : table.runs) {
    write_reports(out, run, table.study);
    curves.push_back(run_curves(run, table.study));
  }
  write_study(out, table, std::move(curves));
  return table.runs.size();
}

std::string terminal_table(const fs::path& out, bool colour) {
  return terminal_table(analysis::read_results(out), colour);
}

std::string validation_table(const fs::path& out) {
  TextTable text{{"classifier", "trained on", "watched", "n", "validation accuracy", "seeds"}, {}, {}};
  text.right_aligned = {false, false, false, true, true, false};
  for (const analysis::ValidationCell& cell : analysis::validation_cells(out)) {
    std::vector<std::string> seeds;
    for (const auto seed : cell.seeds) seeds.push_back(std::to_string(seed));
    text.rows.push_back({cell.title, cell.train_on, cell.watched, std::to_string(cell.accuracy.n),
                         analysis::spread(cell.accuracy, 4), join_words(seeds, ", ")});
  }
  return text.markdown();
}

std::string conclusion(const fs::path& out) {
  const auto sentences = analysis::conclusions(analysis::read_results(out));
  return sentences.empty() ? "" : sentences.front();
}

}  // namespace ersatz::report
