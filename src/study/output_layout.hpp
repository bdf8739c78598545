#pragma once

#include <filesystem>
#include <string>
#include <string_view>

/// Where things are in an output folder, and what they are called (docs/file-formats.md). No other file in
/// src/ spells these names. The functions only put paths together: nothing needs to exist.
namespace ersatz::study {

// The output folder `out`: its truth, and what holds it.
std::filesystem::path study_file(const std::filesystem::path& out);       ///< study.json
std::filesystem::path output_lock(const std::filesystem::path& out);      ///< .lock
std::filesystem::path test_looks_file(const std::filesystem::path& out);  ///< who looked at test results, and when
std::filesystem::path data_folder(const std::filesystem::path& out);
std::filesystem::path test_images_file(const std::filesystem::path& out, const std::string& source);
/// The test images of a source that the page shows, small.
std::filesystem::path thumbnails_file(const std::filesystem::path& out, const std::string& source);
/// Where classifiers look in some of them.
std::filesystem::path maps_file(const std::filesystem::path& out, const std::string& source);

// Its runs.
std::filesystem::path runs_folder(const std::filesystem::path& out);
std::filesystem::path run_folder(const std::filesystem::path& out, const std::string& id);
/// Of a run that is not finished.
std::filesystem::path partial_folder(const std::filesystem::path& out, const std::string& id);
bool is_partial_folder(const std::filesystem::path& folder);
/// Where the folder of a damaged run is kept: the first, the second, ... of this run.
std::filesystem::path damaged_folder(const std::filesystem::path& out, const std::string& id, int number);
/// Likewise of a run that was packed without its weights and is made anew.
std::filesystem::path packed_folder(const std::filesystem::path& out, const std::string& id, int number);
/// The id of the run in `folder`, a run_folder(), a partial_folder() or an attempt_folder().
std::string run_id(const std::filesystem::path& folder);
/// The output folder that the run folder `folder` lies in.
std::filesystem::path output_folder_of(const std::filesystem::path& folder);

// What can be made again from the runs. Figures are without extension: there are two or three files of each, with
// ".svg", ".png" and ".pdf".
std::filesystem::path tables_folder(const std::filesystem::path& out);
std::filesystem::path f1_table_file(const std::filesystem::path& out, std::string_view extension);
std::filesystem::path metrics_file(const std::filesystem::path& out);
std::filesystem::path worth_table_file(const std::filesystem::path& out, const std::string& source,
                                       std::string_view extension);
/// Of a study with several budgets.
std::filesystem::path budgets_table_file(const std::filesystem::path& out, const std::string& source,
                                         std::string_view extension);
std::filesystem::path budgets_figure_path(const std::filesystem::path& out, const std::string& source);
std::filesystem::path figures_folder(const std::filesystem::path& out);
std::filesystem::path mixtures_figure_path(const std::filesystem::path& out, const std::string& source);
std::filesystem::path histories_figure_path(const std::filesystem::path& out, const std::string& classifier);
std::filesystem::path confusion_figure_path(const std::filesystem::path& out, const std::string& classifier,
                                            const std::string& train_on, const std::string& test_on);
/// What a figure of figures_folder() is drawn from: its script lies at this path with ".gp", the data that the script
/// reads beside it under that name.
std::filesystem::path figure_source_folder(const std::filesystem::path& out);
std::filesystem::path figure_source_path(const std::filesystem::path& figure);
std::string figure_data_name(const std::filesystem::path& figure);
/// Whether `path` is named like the SVG or PNG of a figure of figures_folder(), for whatever classifier and source.
bool is_figure_file(const std::filesystem::path& path);
/// Whether `folder` is named like one that a version up to 0.2 let gnuplot draw in: ".figures-", process.
bool is_drawing_folder(const std::filesystem::path& folder);
std::filesystem::path page_file(const std::filesystem::path& out);  ///< report.html

// The folder of a run.
std::filesystem::path run_file(const std::filesystem::path& folder);  ///< run.json
std::filesystem::path history_file(const std::filesystem::path& folder);
std::filesystem::path model_file(const std::filesystem::path& folder);
std::filesystem::path model_card_file(const std::filesystem::path& folder);
std::filesystem::path predictions_file(const std::filesystem::path& folder, const std::string& source);
// What a run that was packed has instead of predictions: which class each test image was called, and probabilities
// only where they were asked for.
std::filesystem::path classes_file(const std::filesystem::path& folder, const std::string& source);
std::filesystem::path probabilities_file(const std::filesystem::path& folder, const std::string& source);
std::filesystem::path report_file(const std::filesystem::path& folder, const std::string& source);
std::filesystem::path curves_figure_path(const std::filesystem::path& folder);  ///< without extension

// Only in the folder of an unfinished run: how far it came, why it failed, and who is at work on it.
std::filesystem::path checkpoint_file(const std::filesystem::path& folder);
std::filesystem::path failure_file(const std::filesystem::path& folder);
/// Where one attempt makes the results of the run, until they are whole and the folder becomes run_folder().
std::filesystem::path attempt_folder(const std::filesystem::path& folder, std::string_view name);
bool is_attempt_folder(const std::filesystem::path& folder);
std::filesystem::path claim_file(const std::filesystem::path& folder);
std::filesystem::path run_lock(const std::filesystem::path& folder);  ///< of versions up to 0.2, for the same

// The folder of `ersatz advise`: study files, each with an output folder of its own, and what came of them.
std::filesystem::path advice_file(const std::filesystem::path& out);    ///< advice.json: the plan, then the answer
std::filesystem::path searches_file(const std::filesystem::path& out);  ///< searches.csv: what was tried
std::filesystem::path stage_study_file(const std::filesystem::path& out, std::string_view stage);
std::filesystem::path stage_folder(const std::filesystem::path& out, std::string_view stage);

}  // namespace ersatz::study
