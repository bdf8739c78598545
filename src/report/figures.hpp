#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "analysis/budget_table.hpp"
#include "analysis/results.hpp"
#include "report/gnuplot.hpp"
#include "study/run_record.hpp"
#include "train/history.hpp"

namespace ersatz::report {

/// Loss and accuracy of one run over its epochs: training solid, validation dotted, the epoch whose
/// weights are kept marked.
Figure curves_figure(const std::filesystem::path& path, const study::RunRecord& run, const train::History& history,
                     const study::StudyRecord& study);

/// One row per training set in plan order, loss left, accuracy right, a curve per seed. The scales
/// are the same within a column. Reads history.csv of the runs.
Figure histories_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                        const std::string& classifier);

/// The confusion matrix of a cell as a heat map: rows are true classes and add up to 1.
Figure confusion_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                        const analysis::Cell& cell);

/// Accuracy on `source` against the number of its training images, a panel per classifier: alone, and with each
/// addition that was tried (generated images, augmentation), as mean lines with bands that hold for all points of a
/// line together with 95 %; what was trained on without any image of the source is a dotted level line. Nothing where
/// no such curve has two points.
std::optional<Figure> mixture_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                                     const std::string& source);

/// Accuracy, gain and k of every arm against the budget, a row of panels per classifier and a line per training set; of
/// a ladder the chosen budgets are marked, and arms that did not converge are named. Nothing where no arm has two
/// budgets.
std::optional<Figure> budget_figure(const std::filesystem::path& path, const analysis::ResultTable& study,
                                    const analysis::BudgetTable& table);

/// The small print under a figure: "study cifake, data 3fa2c91b4e5d, 500 images per class".
std::string figure_note(const study::StudyRecord& study, const study::TrainingSettings& settings);

}  // namespace ersatz::report
