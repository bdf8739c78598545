#include "report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/answer.hpp"
#include "analysis/real_source.hpp"
#include "analysis/results.hpp"
#include "analysis/validation.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "report/answer_text.hpp"
#include "report/budget_text.hpp"
#include "report/classification_report.hpp"
#include "report/figures.hpp"
#include "report/missing_glyphs.hpp"
#include "report/mixture_tables.hpp"
#include "report/page/page.hpp"
#include "report/tables.hpp"
#include "report/tuning_text.hpp"
#include "report/wording.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace fs = std::filesystem;
namespace {

void write_reports(const study::RunRecord& run, const std::vector<analysis::TestResult>& results,
                   const std::vector<std::string>& classes) {
  for (const auto& result : results) {
    if (result.run_id != run.id()) continue;
    write_file(
        study::report_file(run.folder, result.test_on),
        classification_report(
            stats::classification_scores(result.confusion, stats::classes_with_images(result.confusion)), classes));
  }
}

// A run may have been tested on sources that the study does not ask for now: the table has no results of these.
std::vector<std::string> sources_not_asked_for(const study::RunRecord& run, const analysis::ResultTable& table) {
  std::vector<std::string> sources;
  for (const auto& source : run.tested_on) {
    const auto& asked = table.study.test_on;
    if (!asked.empty() && std::ranges::find(asked, source) == asked.end()) sources.push_back(source);
  }
  return sources;
}

Figure run_curves(const study::RunRecord& run, const study::StudyRecord& study) {
  return curves_figure(study::curves_figure_path(run.folder), run, train::read_history(study::history_file(run.folder)),
                       study);
}

// The figures of a study, not drawn yet: gnuplot draws all of them in one call.
struct StudyFigures {
  std::vector<Figure> figures;
  PageFigures page;
};

fs::path with_extension(fs::path path, const char* extension) { return path += extension; }

StudyFigures study_figures(const fs::path& out, const analysis::ResultTable& table,
                           const std::vector<analysis::BudgetTable>& budgets) {
  StudyFigures all;
  for (const auto& of_source : budgets) {
    const auto figure = budget_figure(study::budgets_figure_path(out, of_source.source), table, of_source);
    if (!figure) continue;
    all.figures.push_back(*figure);
    all.page.mixtures.push_back({with_extension(figure->path, ".svg"), figure->title});
  }
  for (const auto& source : analysis::tested_sources(table)) {
    const auto figure = mixture_figure(study::mixtures_figure_path(out, source), table, source);
    if (!figure) continue;
    all.figures.push_back(*figure);
    all.page.mixtures.push_back(
        {with_extension(figure->path, ".svg"), "Accuracy on " + source + " against the number of its images"});
  }
  std::vector<std::string> classifiers;
  for (const auto& run : table.runs) {
    const auto& name = run.spec.classifier;
    if (std::ranges::find(classifiers, name) == classifiers.end()) classifiers.push_back(name);
  }
  for (const auto& name : classifiers) {
    all.figures.push_back(histories_figure(study::histories_figure_path(out, name), table, name));
    const std::string label = fmt::format("{}: loss and accuracy of every training set over epochs", table.title(name));
    all.page.histories.push_back({with_extension(all.figures.back().path, ".svg"), label});
  }
  for (const auto& cell : table.cells) {
    const fs::path path = study::confusion_figure_path(out, cell.classifier, cell.train_on, cell.test_on);
    all.figures.push_back(confusion_figure(path, table, cell));
  }
  return all;
}

// Copies of scripts and what people draw by them beside ours are theirs: only what belongs to a figure that is there
// and not wanted any more is removed.
void remove_old_figures(const fs::path& folder, const std::vector<Figure>& figures) {
  std::set<fs::path> wanted, old;
  for (const auto& figure : figures) wanted.insert(figure.path);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const fs::path figure = fs::path(entry.path()).replace_extension();
    if (study::is_figure_file(entry.path()) && !wanted.contains(figure)) old.insert(figure);
  }
  for (const auto& figure : old) {
    const fs::path source = study::figure_source_path(figure);
    for (const char* extension : {".svg", ".png", ".pdf"}) fs::remove(with_extension(figure, extension), code);
    fs::remove(with_extension(source, ".gp"), code);
    fs::remove(source.parent_path() / study::figure_data_name(figure), code);
  }
}

// One answer for every tested source, if something besides its own images was trained on.
std::vector<analysis::Answer> write_answers(const fs::path& out, const analysis::ResultTable& table,
                                            const std::vector<analysis::BudgetTable>& budgets) {
  std::vector<analysis::Answer> answers;
  for (const auto& source : analysis::tested_sources(table)) {
    analysis::Answer answer = analysis::answer(table, source);
    const auto of_source = std::ranges::find(budgets, source, &analysis::BudgetTable::source);
    if (of_source != budgets.end()) answer.budgets = *of_source;
    if (answer_text(answer).sentences.empty()) continue;
    write_file(study::worth_table_file(out, source, ".md"), worth_markdown(table, answer));
    write_file(study::worth_table_file(out, source, ".tex"), worth_latex(table, answer));
    write_file(study::worth_table_file(out, source, ".csv"), gains_csv(answer.gains));
    answers.push_back(std::move(answer));
  }
  return answers;
}

// On the real source alone: each budget costs as much as the study's tables.
std::vector<analysis::BudgetTable> write_budgets(const fs::path& out, const analysis::ResultTable& table) {
  if (table.budget.budgets.empty() || table.cells.empty()) return {};
  auto budgets = analysis::budget_table(out, table, analysis::tested_sources(table).front());
  if (!budgets) return {};
  write_file(study::budgets_table_file(out, budgets->source, ".md"), budgets_markdown(table, *budgets));
  write_file(study::budgets_table_file(out, budgets->source, ".csv"), budgets_csv(*budgets));
  return {std::move(*budgets)};
}

bool any_has_pdf(const std::vector<Figure>& figures) {
  return std::ranges::any_of(figures, [](const Figure& one) { return fs::exists(with_extension(one.path, ".pdf")); });
}

// `more` are drawn in the same call of gnuplot.
void write_study(const fs::path& out, const analysis::ResultTable& table, std::vector<Figure> more, bool pdf) {
  write_file(study::f1_table_file(out, ".md"), f1_markdown(table));
  write_file(study::f1_table_file(out, ".tex"), f1_latex(table));
  write_file(study::f1_table_file(out, ".csv"), f1_csv(table));
  write_file(study::metrics_file(out), metrics_csv(table));
  const std::vector<analysis::BudgetTable> budgets = write_budgets(out, table);
  const std::vector<analysis::Answer> answers = write_answers(out, table, budgets);
  StudyFigures all = study_figures(out, table, budgets);
  pdf = pdf || any_has_pdf(all.figures);
  for (Figure& figure : all.figures) figure.pdf = pdf;
  remove_old_figures(study::figures_folder(out), all.figures);
  more.insert(more.end(), all.figures.begin(), all.figures.end());
  draw(more);
  PageImages images;
  PageMaps maps;
  for (const auto& [source, labels] : table.truth) {
    if (auto thumbnails = read_thumbnails(out, source, labels.size())) images[source] = std::move(*thumbnails);
    if (auto looking = read_looking_maps(out, source, labels.size())) maps.push_back(std::move(*looking));
  }
  write_file(study::page_file(out), report_page(out, table, answers, all.page, images, maps));
}

}  // namespace

void write_run_files(const fs::path& run_folder, const study::StudyRecord& study) {
  const auto run = study::read_run_record(run_folder);
  const fs::path out = study::output_folder_of(run_folder);
  std::vector<std::string> tested = run.tested_on;  // without test sets whose images are others by now
  const study::TestSetFingerprints now = study::fingerprints_of(study.test_sets);
  std::erase_if(tested, [&](const std::string& name) { return !study::is_tested_on(run, name, now); });
  write_reports(run, analysis::read_test_results(out, run, tested, study.classes), study.classes);
  draw({run_curves(run, study)});
}

void write_study_files(const fs::path& out, const analysis::ResultTable& table) { write_study(out, table, {}, false); }

void write_all_files(const fs::path& out, analysis::ResultTable table, bool pdf) {
  std::vector<Figure> curves;
  for (const auto& run : table.runs) {
    const auto& classes = table.study.classes;
    write_reports(run, table.results, classes);
    for (const auto& source : sources_not_asked_for(run, table)) {
      try {
        write_reports(run, analysis::read_test_results(out, run, {source}, classes), classes);
      } catch (const Error& problem) {
        table.notes.push_back(fmt::format("{} has no report on {}: {}", run.id(), source, problem.what()));
      }
    }
    Figure& figure = curves.emplace_back(run_curves(run, table.study));
    figure.pdf = pdf || fs::exists(with_extension(figure.path, ".pdf"));
  }
  write_study(out, table, std::move(curves), pdf);
}

std::string font_note(const analysis::ResultTable& table) {
  std::vector<std::string> names = table.study.classes;
  names.insert(names.end(), table.study.sources.begin(), table.study.sources.end());
  const auto missing = missing_characters(join_words(names, " "));
  if (missing.empty()) return "";
  constexpr std::size_t kShown = 5;
  return fmt::format(
      "no font here has {}: in PNG and PDF figures numbers such as {} stand for {}; fonts-noto-cjk, for example, has "
      "Chinese, Japanese and Korean, and then `ersatz report` draws them",
      join_first_words(missing, kShown), drawable(missing.front()), missing.size() == 1 ? "it" : "them");
}

std::string validation_table(const fs::path& out) {
  using Cell = analysis::ValidationCell;
  const auto seeds = [](const Cell& cell) {
    std::vector<std::string> texts;
    for (const auto seed : cell.seeds) texts.push_back(std::to_string(seed));
    return join_words(texts, ", ");
  };
  std::vector<Column<Cell>> columns{
      {"classifier", Align::left, [](const Cell& cell) { return cell.title; }},
      {"trained on", Align::left, [](const Cell& cell) { return cell.train_on; }},
      {"watched", Align::left, [](const Cell& cell) { return cell.watched; }},
      {"n", Align::right, [](const Cell& cell) { return std::to_string(cell.accuracy.n); }},
      {"validation accuracy", Align::right, [](const Cell& cell) { return spread(cell.accuracy, 4); }},
      {"seeds", Align::left, seeds},
  };
  const std::vector<Cell> cells = analysis::validation_cells(out);
  if (std::ranges::any_of(cells, [&](const Cell& cell) { return cell.steps != cells.front().steps; })) {
    columns.insert(columns.begin() + 2, {"steps", Align::right, [](const Cell& cell) {
                                           return format_count(static_cast<std::uint64_t>(cell.steps.value_or(0)));
                                         }});
  }
  if (std::ranges::any_of(cells, [](const Cell& cell) { return cell.trial.has_value(); })) {
    columns.push_back({"settings", Align::left, [](const Cell& cell) {
                         return cell.setting ? trial_text(*cell.setting) + (cell.chosen ? " (chosen)" : "") : "";
                       }});
  }
  return make_table(columns, cells).plain();
}

}  // namespace ersatz::report
