#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/plot.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace {

struct Run {
  const study::RunRecord* record;
  train::History history;
};
struct Row {
  std::string training_set, title, colour;
  std::vector<Run> runs;
};

// The same colour in every figure: blue for the real source, then one for each other source, and one for mixtures.
std::string training_set_colour(const study::TrainingSet& set, const study::StudyRecord& study) {
  std::vector<std::string> sources = study.sources;
  const std::string real = study.real.value_or("REAL");
  std::stable_partition(sources.begin(), sources.end(), [&](const std::string& source) { return source == real; });
  const auto found = set.sources.size() == 1 ? std::ranges::find(sources, set.sources[0].first) : sources.end();
  return colour_name(static_cast<std::size_t>(found - sources.begin()));
}

using Field = double train::RoundRecord::*;

Range y_range(const std::vector<Row>& rows, std::initializer_list<Field> fields) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Row& row : rows) {
    for (const Run& run : row.runs) {
      for (const auto& epoch : run.history) {
        for (const Field field : fields) {
          if (!std::isfinite(epoch.*field)) continue;
          low = std::min(low, epoch.*field);
          high = std::max(high, epoch.*field);
        }
      }
    }
  }
  return low <= high ? round_range(low, high) : Range{};
}

// Runs with a step budget are drawn over their steps, others over their epochs.
double x_of(const Run& run, const train::RoundRecord& round) {
  return run.record->spec.settings.steps ? static_cast<double>(round.steps) : round.round;
}

bool over_steps(const std::vector<Row>& rows) {
  return !rows.empty() && rows.front().runs.front().record->spec.settings.steps.has_value();
}

Range x_range(const std::vector<Row>& rows, double most_tics) {
  double last = 1;
  for (const Row& row : rows) {
    for (const Run& run : row.runs) {
      for (const auto& round : run.history) last = std::max(last, x_of(run, round));
    }
  }
  if (over_steps(rows)) return round_range(0, last, most_tics / 2);
  double step = 1;
  for (const double wider : {2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0}) {
    if (last / step > most_tics) step = wider;
  }
  // Half an epoch of air on both sides keeps marks at the first and last epoch whole.
  return {0.5, last + 0.5, step};
}

bool is_validated(const Row& row) {
  return std::ranges::any_of(row.runs, [](const Run& run) {
    return std::ranges::any_of(run.history, [](const auto& epoch) { return std::isfinite(epoch.val_loss); });
  });
}

// Where a figure's data have what is drawn.
struct Columns {
  int x = 1, loss = 2, accuracy = 3, val_loss = 4, val_accuracy = 5;
  std::string kept;  // the condition that a row is of the weights that were kept
};

std::vector<Curve> make_curves(const Row& row, std::size_t block, const Columns& columns, int training,
                               int validation) {
  Curve trained;
  trained.block = block;
  trained.x = columns.x;
  trained.y = training;
  trained.colour = row.colour;
  if (row.runs.size() > 1) trained.width = 1;
  // One epoch is no line.
  if (std::ranges::any_of(row.runs, [](const Run& run) { return run.history.size() == 1; })) trained.point = kCircle;
  if (!is_validated(row)) return {trained};
  Curve validated = trained;
  validated.y = validation;
  validated.dotted = true;
  validated.marked = columns.kept;
  return {trained, validated};
}

std::vector<LegendEntry> make_legend(const std::vector<Row>& rows) {
  std::vector<LegendEntry> legend{{"training", LegendEntry::Kind::solid}};
  if (std::ranges::any_of(rows, is_validated)) {
    legend.push_back({"validation", LegendEntry::Kind::dotted});
    legend.push_back({over_steps(rows) ? "kept" : "best epoch, kept", LegendEntry::Kind::mark});
  }
  return legend;
}

// A pair of panels for each row. Many rows stand in two columns.
Sheet make_sheet(const std::vector<Row>& rows, const Columns& columns, std::string title, std::string note) {
  constexpr double kWidth = 840, kTitle = 26, kWords = 54, kLeft = 66, kRight = 18;
  constexpr std::size_t kMostInOneColumn = 4;
  const std::size_t across = rows.size() > kMostInOneColumn ? 2 : 1;
  const double panel_width = kWidth / static_cast<double>(2 * across), panel_height = across == 1 ? 150 : 110;
  Sheet sheet{{kWidth, std::move(title), "", std::move(note), make_legend(rows)}, {}};
  const Range x = x_range(rows, across == 1 ? 10 : 5);
  const Range loss = y_range(rows, {&train::RoundRecord::loss, &train::RoundRecord::val_loss});
  const Range accuracy = y_range(rows, {&train::RoundRecord::accuracy, &train::RoundRecord::val_accuracy});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Panel panel;
    panel.top =
        (kTitle + panel_height + kWords) * static_cast<double>(r / across) + (rows[r].title.empty() ? 8 : kTitle);
    panel.bottom = panel.top + panel_height;
    panel.left = 2 * panel_width * static_cast<double>(r % across) + kLeft;
    panel.right = panel.left + panel_width - kLeft - kRight;
    panel.x = x;
    panel.x_label = over_steps(rows) ? "steps" : "epoch";
    panel.title = rows[r].title;
    panel.title_right = panel.right + panel_width;
    panel.y = loss;
    panel.y_label = "loss";
    panel.curves = make_curves(rows[r], r, columns, columns.loss, columns.val_loss);
    sheet.panels.push_back(panel);
    panel.title.clear();
    panel.left += panel_width;
    panel.right += panel_width;
    panel.y = accuracy;
    panel.y_label = "accuracy";
    panel.curves = make_curves(rows[r], r, columns, columns.accuracy, columns.val_accuracy);
    sheet.panels.push_back(panel);
  }
  return sheet;
}

Figure to_figure(const std::filesystem::path& path, const Sheet& sheet) {
  Figure figure;
  figure.path = path;
  figure.title = sheet.frame.title;
  figure.width = sheet.frame.width;
  figure.height = sheet.height();
  figure.script = gnuplot_script(sheet);
  return figure;
}

// The histories of all rows: a block for each, in it the seeds.
std::string history_data(const std::vector<Row>& rows) {
  std::string data = csv_line({over_steps(rows) ? "steps" : "epoch", "loss", "accuracy", "val_loss", "val_accuracy",
                               "kept", "seed", "training_set"});
  for (const Row& row : rows) {
    if (&row != &rows.front()) data += "\n\n";
    for (const Run& run : row.runs) {
      if (&run != &row.runs.front()) data += '\n';
      for (const auto& round : run.history) {
        data += csv_line({data_field(x_of(run, round)), data_field(round.loss), data_field(round.accuracy),
                          data_field(round.val_loss), data_field(round.val_accuracy),
                          round.round == run.record->best_round ? "1" : "0", std::to_string(run.record->spec.seed),
                          data_field(row.training_set)});
      }
    }
  }
  return data;
}

}  // namespace

std::string figure_note(const study::StudyRecord& study, const study::TrainingSettings& settings) {
  std::string note = fmt::format("study {}, data {}", study.name, study.data_fingerprint.substr(0, 12));
  if (study.demo_data) note += " (demo data)";
  if (settings.limit) note += fmt::format(", {} training images per class", format_count(*settings.limit));
  if (study.stages && study.stages->tunes()) note += fmt::format(", {} settings tried", study.stages->trials.size());
  return note;
}

Figure curves_figure(const std::filesystem::path& path, const study::RunRecord& run, const train::History& history,
                     const study::StudyRecord& study) {
  const auto& set = run.spec.train_on;
  const std::vector<Row> rows{{set.name, "", training_set_colour(set, study), {{&run, history}}}};
  // history.csv: round, loss, accuracy, val_loss, val_accuracy, three more, steps.
  Columns columns;
  if (over_steps(rows)) columns.x = 9;
  columns.kept = fmt::format("$1 == {}", run.best_round);
  const std::string title = fmt::format("{} trained on {}, seed {}", analysis::classifier_title(run.spec.classifier),
                                        set.name, run.spec.seed);
  Figure figure = to_figure(path, make_sheet(rows, columns, title, figure_note(study, run.spec.settings)));
  figure.source = path;
  figure.data_name = study::history_file("").string();
  return figure;
}

Figure histories_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                        const std::string& classifier) {
  std::vector<Row> rows;
  std::string note;
  std::size_t most_seeds = 1;
  for (const auto& run : table.runs) {
    if (run.spec.classifier != classifier) continue;
    const auto& set = run.spec.train_on;
    auto row = std::ranges::find(rows, set.name, &Row::training_set);
    if (row == rows.end()) {
      rows.push_back({set.name, "trained on " + set.name, training_set_colour(set, table.study), {}});
      row = rows.end() - 1;
    }
    row->runs.push_back({&run, train::read_history(study::history_file(run.folder))});
    most_seeds = std::max(most_seeds, row->runs.size());
    note = figure_note(table.study, run.spec.settings);
  }
  std::string title = table.title(classifier) + ": loss and accuracy while training";
  if (most_seeds > 1) title += fmt::format(", {} seeds", most_seeds);
  Columns columns;
  columns.kept = "$6 == 1";
  Figure figure = to_figure(path, make_sheet(rows, columns, title, note));
  figure.source = study::figure_source_path(path);
  figure.data_name = study::figure_data_name(path);
  figure.data = history_data(rows);
  return figure;
}

}  // namespace ersatz::report
