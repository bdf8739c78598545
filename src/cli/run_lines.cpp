#include "cli/run_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/columns.hpp"
#include "base/text.hpp"
#include "base/whole_number.hpp"
#include "models/classifier.hpp"

namespace ersatz::cli {
namespace {

using State = StudyProgress::State;

constexpr std::size_t kLeastId = 12;   // columns of an id that can still be told from others
constexpr std::size_t kMostNamed = 3;  // runs that a line of the status names

enum Part { round, loss, accuracy, speed, left, kParts };
constexpr std::array kDroppedFirst{speed, loss};
constexpr std::array kDroppedLast{accuracy, left};

/// A run's line before its columns are known.
struct Row {
  std::string id;
  std::array<std::string, kParts> parts;
  std::string remark;  // instead of the parts
};

Row row_of(const study::PlannedRun& run, const StudyProgress::Run& state, std::optional<double> seconds_left) {
  Row row{run.id, {}, {}};
  const train::TrainProgress& latest = state.latest;
  if (!state.testing_on.empty()) {
    row.remark = "testing on " + state.testing_on;
  } else if (latest.round == 0) {
    row.remark = "starting";
  } else {
    row.parts[round] = fmt::format("{} {:>2}/{}", round_word(run), latest.round, latest.rounds);
    row.parts[loss] = fmt::format("loss {:.3f}", latest.loss);
    row.parts[accuracy] = fmt::format("val acc {:>4}", format_share(latest.val_accuracy));
    row.parts[speed] = images_per_second(latest.images_per_second);
    if (seconds_left) row.parts[left] = "up to " + format_duration(*seconds_left) + " left";
  }
  return row;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, columns(text)), ' ') + text;
}

std::string left_aligned(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, columns(text)), ' ');
}

/// Columns of the parts that are shown, and of the ids.
struct Layout {
  std::array<std::size_t, kParts> parts{};
  std::size_t id = 0;

  std::size_t width() const {
    std::size_t sum = 2 + id;
    for (const std::size_t part : parts) sum += part > 0 ? 2 + part : 0;
    return sum;
  }
};

Layout layout_of(const std::vector<Row>& rows, std::size_t width) {
  Layout layout;
  for (const Row& row : rows) {
    layout.id = std::max(layout.id, columns(row.id));
    for (std::size_t i = 0; i < kParts; ++i) layout.parts[i] = std::max(layout.parts[i], columns(row.parts[i]));
  }
  const auto drop = [&](const auto& parts) {
    for (const Part part : parts) {
      if (layout.width() > width) layout.parts[part] = 0;
    }
  };
  drop(kDroppedFirst);
  const std::size_t full_id = layout.id;
  layout.id = std::min(full_id, kLeastId);
  drop(kDroppedLast);
  if (layout.width() < width) layout.id = std::min(full_id, layout.id + width - layout.width());
  return layout;
}

std::string counts(const StudyProgress& progress, std::size_t elsewhere, bool waiting_too) {
  std::string text = fmt::format("{} done, {} running", progress.count(State::done), progress.count(State::running));
  const std::size_t waiting = progress.count(State::waiting);
  if (waiting_too) text += fmt::format(", {} waiting", waiting - std::min(waiting, elsewhere));
  return text;
}

std::string named(const study::Plan& plan, const std::vector<std::size_t>& runs) {
  std::vector<std::string> ids;
  for (const std::size_t run : runs) ids.push_back(plan.runs[run].id);
  return join_first_words(ids, kMostNamed);
}

// Mean validation accuracy of the runs that were done here, by classifier and training set.
std::vector<std::string> accuracies(const study::Plan& plan, const StudyProgress& progress) {
  struct Mean {
    std::string name;
    double sum = 0;
    std::size_t n = 0;
  };
  std::vector<Mean> means;
  for (const std::size_t i : progress.in_state(State::done)) {
    const double value = progress.run(i).val_accuracy;
    if (std::isnan(value)) continue;
    const study::RunSpec& spec = plan.runs[i].spec;
    const std::string name = models::classifier_title(spec.classifier) + " on " + spec.train_on.name;
    auto found = std::ranges::find(means, name, &Mean::name);
    if (found == means.end()) found = means.insert(means.end(), {name, 0, 0});
    found->sum += value;
    ++found->n;
  }
  std::vector<std::string> texts;
  for (const Mean& mean : means) {
    texts.push_back(mean.name + " " + format_share(mean.sum / static_cast<double>(mean.n)) +
                    (mean.n > 1 ? fmt::format(" (mean of {})", mean.n) : ""));
  }
  return texts;
}

}  // namespace

std::string_view round_word(const study::PlannedRun& run) { return run.method.step_budget() ? "part" : "epoch"; }

std::string images_per_second(double speed) {
  return speed > 0 ? format_count(clamp_to<std::uint64_t>(std::round(speed))) + " img/s" : "";
}

std::string format_share(double value) {
  if (std::isnan(value)) return "-";
  const std::string text = fmt::format("{:.3f}", value);
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::vector<std::string> run_lines(const study::Plan& plan, const StudyProgress& progress,
                                   const std::vector<std::size_t>& runs, std::size_t width) {
  std::vector<Row> rows;
  for (const std::size_t run : runs) {
    rows.push_back(row_of(plan.runs[run], progress.run(run), progress.seconds_left(run)));
  }
  const Layout layout = layout_of(rows, width);
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::string line = "  " + left_aligned(shorten_middle(row.id, layout.id), layout.id);
    if (!row.remark.empty()) {
      line += "  " + row.remark;
    } else {
      for (std::size_t i = 0; i < kParts; ++i) {
        if (layout.parts[i] == 0) continue;
        line += "  " + (i == left ? row.parts[i] : right(row.parts[i], layout.parts[i]));
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(shorten_end(line, width));
  }
  return lines;
}

std::string total_line(const study::Plan& plan, const StudyProgress& progress, const OtherProcesses& others,
                       std::size_t width) {
  const auto& [elsewhere, hosts] = others;
  const std::size_t failed = progress.count(State::failed);
  const auto seconds = progress.seconds_left();
  const std::string ends = failed > 0 ? fmt::format(", {} failed", failed) : "";
  const std::string time = seconds && *seconds > 0 ? format_duration(*seconds) + " left" : "";
  const std::string head = fmt::format("{:.0f} % of {} run{}: ", std::floor(100 * progress.share_done()),
                                       plan.runs.size(), plan.runs.size() == 1 ? "" : "s");
  const auto line = [&](bool waiting, bool on_hosts) {
    std::string text = head + counts(progress, elsewhere, waiting);
    if (elsewhere > 0) {
      text += fmt::format(", {} with other ersatz runs", elsewhere);
      if (on_hosts && !hosts.empty()) text += fmt::format(" ({})", join_first_words(hosts, kMostNamed));
    }
    return text + ends + (time.empty() ? "" : "; up to " + time);
  };
  const std::string shortest = fmt::format("{} of {} done{}{}", progress.count(State::done), plan.runs.size(), ends,
                                           time.empty() ? "" : "; " + time);
  for (const std::string& text : {line(true, true), line(true, false), line(false, false), shortest}) {
    if (columns(text) <= width) return text;
  }
  return shorten_end(shortest, width);
}

std::vector<std::string> status_lines(const study::Plan& plan, const StudyProgress& progress,
                                      const OtherProcesses& others, double seconds, std::size_t width) {
  std::vector<std::string> lines{fmt::format("status after {}:", format_duration(seconds))};
  const std::vector<std::string> running = run_lines(plan, progress, progress.running(), width);
  lines.insert(lines.end(), running.begin(), running.end());
  const auto add = [&](std::string_view head, const std::string& text) {
    std::string wrapped = wrapped_behind(head, text, width);
    for (std::size_t end; (end = wrapped.find('\n')) != std::string::npos; wrapped.erase(0, end + 1)) {
      lines.push_back(wrapped.substr(0, end));
    }
  };
  for (const std::size_t run : progress.in_state(State::failed)) {
    add("  failed   ", fmt::format("{}: {}", plan.runs[run].id, progress.run(run).message));
  }
  if (const auto waiting = progress.in_state(State::waiting); !waiting.empty()) {
    add("  waiting  ", named(plan, waiting));
  }
  if (const auto done = accuracies(plan, progress); !done.empty()) {
    add("  done     ", "validation accuracy of " + join_words(done));
  }
  lines.push_back(total_line(plan, progress, others, width));
  return lines;
}

}  // namespace ersatz::cli
