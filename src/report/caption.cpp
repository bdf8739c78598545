#include "report/caption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "report/budget_text.hpp"
#include "report/settings_text.hpp"
#include "report/tuning_text.hpp"

namespace ersatz::report {
namespace {

using analysis::ResultTable;

// "1", "1-5", "1-3 and 7".
std::string number_list(const std::set<std::uint64_t>& numbers) {
  std::vector<std::string> parts;
  for (auto first = numbers.begin(); first != numbers.end();) {
    auto last = first;
    for (auto next = std::next(last); next != numbers.end() && *next == *last + 1; ++next) last = next;
    parts.push_back(first == last ? std::to_string(*first) : fmt::format("{}-{}", *first, *last));
    first = std::next(last);
  }
  return join_words(parts);
}

template <typename Read>
auto distinct(const ResultTable& table, Read read) {
  std::set<decltype(read(table.runs.front()))> values;
  for (const auto& run : table.runs) values.insert(read(run));
  return values;
}

std::string heading(const ResultTable& table) {
  std::vector<std::string> parts{fmt::format("Study {}", table.study.name),
                                 fmt::format("data {}", table.study.data_fingerprint.substr(0, 12))};
  if (table.runs.empty()) return join_words(parts, ", ");
  std::vector<std::string> budgets;
  for (const auto& [steps, epochs] : distinct(table, [](const auto& run) {
         return std::pair(run.spec.settings.steps.value_or(0), run.spec.settings.epochs.value_or(0));
       })) {
    budgets.push_back(steps > 0 ? fmt::format("{} steps", format_count(static_cast<std::uint64_t>(steps)))
                                : fmt::format("at most {} epochs", epochs));
  }
  parts.push_back(table.budget.budgets.empty() ? join_words(budgets, " or ") : budget_text(table.budget));
  const auto seeds = distinct(table, [](const auto& run) { return run.spec.seed; });
  parts.push_back(fmt::format("{} {}", seeds.size() == 1 ? "seed" : "seeds", number_list(seeds)));
  const auto precisions = distinct(table, [](const auto& run) { return run.precision; });
  parts.push_back("trained in " + join_words({precisions.begin(), precisions.end()}));
  return join_words(parts, ", ");
}

std::vector<std::string> warnings(const ResultTable& table) {
  std::vector<std::string> lines;
  if (table.study.demo_data) {
    lines.emplace_back(
        "DEMO DATA: small pictures drawn by \"ersatz data demo\"; the numbers say nothing about CIFAKE.");
  }
  lines.insert(lines.end(), table.study.warnings.begin(), table.study.warnings.end());
  for (const auto& limit : distinct(table, [](const auto& run) { return run.spec.settings.limit; })) {
    if (!limit) continue;
    lines.push_back(fmt::format("LIMITED to {} training images per class (--limit {}).", format_count(*limit), *limit));
  }
  if (!table.missing.empty() || !table.damaged.empty()) {
    lines.push_back(fmt::format("NOT COMPLETE: {} of {} runs are finished.",
                                table.study.runs.size() - table.missing.size() - table.damaged.size(),
                                table.study.runs.size()));
  }
  return lines;
}

std::string test_images(const ResultTable& table) {
  std::vector<std::string> parts;
  for (const auto& cell : table.cells) {
    std::string part = fmt::format("{} of {}", format_count(cell.test_images), cell.test_on);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  }
  return fmt::format("Test images: {}.", join_words(parts));
}

// "Settings of their own, learning rate .03: LeNet on MIX and LeNet on FAKE."
std::vector<std::string> own_settings_notes(const ResultTable& table) {
  constexpr std::size_t kShown = 8;
  std::map<std::string, std::vector<std::string>> arms;  // by their settings
  for (const study::OwnSettings& arm : table.study.own_settings) {
    const bool there = std::ranges::any_of(table.cells, [&](const auto& cell) {
      return cell.classifier == arm.classifier && cell.train_on == arm.train_on;
    });
    if (!there) continue;
    arms[settings_text(arm.settings)].push_back(fmt::format("{} on {}", table.title(arm.classifier), arm.train_on));
  }
  std::vector<std::string> lines;
  for (const auto& [settings, names] : arms) {
    lines.push_back(fmt::format("Settings of their own, {}: {}.", settings, join_first_words(names, kShown)));
  }
  return lines;
}

std::vector<std::string> explanations(const ResultTable& table) {
  std::vector<std::string> lines;
  if (!table.cells.empty()) lines.push_back(test_images(table));
  const auto any = [&](auto condition) { return std::ranges::any_of(table.cells, condition); };
  if (any([](const auto& cell) { return cell.seeds() > 1; })) {
    lines.emplace_back(
        "n seeds: mean ± sample standard deviation; [ ] 95 % interval of the mean over seeds and test images, of each "
        "by itself.");
  }
  if (any([](const auto& cell) { return cell.seeds() == 1; })) {
    lines.emplace_back(
        "One seed: [ ] 95 % Wilson interval over the test images only; another seed may lie outside it.");
  }
  for (std::string& line : own_settings_notes(table)) lines.push_back(std::move(line));
  for (std::string& line : tuning_notes(table.tuned)) lines.push_back(std::move(line));
  for (std::string& line : budget_notes(table)) lines.push_back(std::move(line));
  std::map<std::string, std::set<std::string>> weights;
  for (const auto& run : table.runs) {
    if (!run.weights_note.empty()) weights[run.weights_note].insert(table.title(run.spec.classifier));
  }
  for (const auto& [note, classifiers] : weights) {
    lines.push_back(fmt::format("Weights of {}: {}.", join_words({classifiers.begin(), classifiers.end()}), note));
  }
  lines.insert(lines.end(), table.notes.begin(), table.notes.end());
  return lines;
}

}  // namespace

Caption caption(const ResultTable& table) { return {heading(table), warnings(table), explanations(table)}; }

std::vector<std::string> caption_lines(const Caption& caption) {
  std::vector<std::string> lines{caption.heading};
  lines.insert(lines.end(), caption.warnings.begin(), caption.warnings.end());
  lines.insert(lines.end(), caption.explanations.begin(), caption.explanations.end());
  return lines;
}

}  // namespace ersatz::report
