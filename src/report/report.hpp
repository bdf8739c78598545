#pragma once

#include <filesystem>
#include <string>

#include "analysis/results.hpp"
#include "study/run_record.hpp"

// Everything in an output folder that can be made again from its run folders (docs/file-formats.md).
namespace ersatz::report {

/// report-<SOURCE>.txt, curves.svg/.png and curves.gp of one run, whose folder lies in DIR/runs (its name may
/// still be that of an unfinished run) and has run.json, history.csv and predictions. Throws Error
/// naming the file when one of them is unreadable, or when gnuplot is missing.
void write_run_files(const std::filesystem::path& run_folder, const study::StudyRecord& study);

/// DIR/tables, DIR/figures and DIR/report.html from the finished runs. Figures of runs that the
/// study no longer has are removed. `table` is what analysis::read_results() reads from DIR. Where DIR/figures has
/// PDFs, all figures are drawn as PDF, too.
void write_study_files(const std::filesystem::path& out, const analysis::ResultTable& table);

/// Both, for every run of the table and the study, with `pdf` all figures as PDF, too; without, those that are there. A
/// run's predictions for a source that the study does not ask for now may be damaged: the page then has a note.
void write_all_files(const std::filesystem::path& out, analysis::ResultTable table, bool pdf = false);

/// What a user must know whose class names have characters that no font of this machine has; empty where there are
/// none.
std::string font_note(const analysis::ResultTable& table);

/// Accuracies on the validation images of each classifier and training set: those of the weights that were kept, mean
/// over seeds. Says which images were watched. Reads no predictions.
std::string validation_table(const std::filesystem::path& out);

}  // namespace ersatz::report
