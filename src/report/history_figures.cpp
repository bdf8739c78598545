#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

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
  std::string training_set, title;
  std::string_view colour;
  std::vector<Run> runs;
};

// The same colour in every figure: blue for the real source, then one for each other source, and one for mixtures.
std::string_view training_set_colour(const study::TrainingSet& set, const study::StudyRecord& study) {
  std::vector<std::string> sources = study.sources;
  const std::string real = study.real.value_or("REAL");
  std::stable_partition(sources.begin(), sources.end(), [&](const std::string& source) { return source == real; });
  const auto found = set.sources.size() == 1 ? std::ranges::find(sources, set.sources[0].first) : sources.end();
  return palette_colour(static_cast<std::size_t>(found - sources.begin()));
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

Range x_range(const std::vector<Row>& rows) {
  double last = 1;
  for (const Row& row : rows) {
    for (const Run& run : row.runs) {
      for (const auto& round : run.history) last = std::max(last, x_of(run, round));
    }
  }
  if (over_steps(rows)) return round_range(0, last);
  double step = 1;
  for (const double wider : {2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    if (last / step > 10) step = wider;
  }
  // Half an epoch of air on both sides keeps marks at the first and last epoch whole.
  return {0.5, last + 0.5, step};
}

void add_curves(Panel& panel, const Row& row, Field training, Field validation) {
  const double width = row.runs.size() == 1 ? 2 : 1.2;
  for (const Run& run : row.runs) {
    Curve trained{{}, {}, row.colour, false, width}, validated{{}, {}, row.colour, true, width};
    for (const auto& epoch : run.history) {
      trained.x.push_back(x_of(run, epoch));
      trained.y.push_back(epoch.*training);
      validated.x.push_back(x_of(run, epoch));
      validated.y.push_back(epoch.*validation);
      if (epoch.round == run.record->best_round) {
        panel.marks.push_back({validated.x.back(), validated.y.back(), row.colour});
      }
    }
    panel.curves.push_back(std::move(trained));
    panel.curves.push_back(std::move(validated));
  }
}

bool is_validated(const std::vector<Row>& rows) {
  return std::ranges::any_of(rows, [](const Row& row) {
    return std::ranges::any_of(row.runs, [](const Run& run) {
      return std::ranges::any_of(run.history, [](const auto& epoch) { return std::isfinite(epoch.val_loss); });
    });
  });
}

// Lays the rows out on a sheet; width and height are in pixels.
Sheet make_sheet(const std::vector<Row>& rows, std::string title, std::string note) {
  constexpr int kWidth = 960, kRow = 276, kHead = 44, kFoot = 28;
  const int height = kHead + kFoot + kRow * static_cast<int>(rows.size());
  Sheet sheet{kWidth, height, std::move(title), std::move(note), {{"training", LegendEntry::Kind::solid}}, {}};
  if (is_validated(rows)) {
    sheet.legend.push_back({"validation", LegendEntry::Kind::dotted});
    sheet.legend.push_back({over_steps(rows) ? "kept" : "best epoch, kept", LegendEntry::Kind::mark});
  }
  const Range x = x_range(rows);
  const Range loss = y_range(rows, {&train::RoundRecord::loss, &train::RoundRecord::val_loss});
  const Range accuracy = y_range(rows, {&train::RoundRecord::accuracy, &train::RoundRecord::val_accuracy});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double row_top = kHead + static_cast<double>(kRow) * static_cast<double>(r);
    Panel panel;
    panel.top = 1 - (row_top + 26) / height;
    panel.bottom = 1 - (row_top + kRow - 70) / height;
    panel.x = x;
    panel.x_label = over_steps(rows) ? "steps" : "epoch";
    panel.title = rows[r].title;
    panel.left = 0.075;
    panel.right = 0.485;
    panel.y = loss;
    panel.y_label = "loss";
    add_curves(panel, rows[r], &train::RoundRecord::loss, &train::RoundRecord::val_loss);
    sheet.panels.push_back(std::move(panel));
    Panel& second = sheet.panels.emplace_back(sheet.panels.back());
    second.left = 0.575;
    second.right = 0.985;
    second.y = accuracy;
    second.y_label = "accuracy";
    second.curves.clear();
    second.marks.clear();
    add_curves(second, rows[r], &train::RoundRecord::accuracy, &train::RoundRecord::val_accuracy);
  }
  return sheet;
}

Figure to_figure(const std::filesystem::path& path, const Sheet& sheet) {
  return {path, sheet.width, sheet.height, gnuplot_script(sheet)};
}

}  // namespace

std::string figure_note(const study::StudyRecord& study, const study::TrainingSettings& settings) {
  std::string note = fmt::format("study {}, data {}", study.name, study.data_fingerprint.substr(0, 12));
  if (study.demo_data) note += " (demo data)";
  if (settings.limit) note += fmt::format(", {} training images per class", format_count(*settings.limit));
  return note;
}

Figure curves_figure(const std::filesystem::path& path, const study::RunRecord& run, const train::History& history,
                     const study::StudyRecord& study) {
  const auto& set = run.spec.train_on;
  const std::vector<Row> rows{{set.name, "", training_set_colour(set, study), {{&run, history}}}};
  const std::string title = fmt::format("{} trained on {}, seed {}", analysis::classifier_title(run.spec.classifier),
                                        set.name, run.spec.seed);
  return to_figure(path, make_sheet(rows, title, figure_note(study, run.spec.settings)));
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
  return to_figure(path, make_sheet(rows, title, note));
}

}  // namespace ersatz::report
