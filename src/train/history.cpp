#include "train/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/whole_number.hpp"

namespace ersatz::train {
namespace {

constexpr std::string_view kHeader =
    "round,loss,accuracy,val_loss,val_accuracy,learning_rate,train_seconds,eval_seconds,steps";

double parse_number(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (const auto value = number_from<double>(text)) return *value;
  throw Error(fmt::format("\"{}\" is not a number", text));
}

}  // namespace

std::string history_to_csv(const History& history) {
  std::string text(kHeader);
  text += '\n';
  for (const RoundRecord& record : history) {
    // fmt's default for doubles is the shortest text that reads back as the same value.
    text +=
        fmt::format("{},{},{},{},{},{},{:.3f},{:.3f},{}\n", record.round, record.loss, record.accuracy, record.val_loss,
                    record.val_accuracy, record.learning_rate, record.train_seconds, record.eval_seconds, record.steps);
  }
  return text;
}

History history_from_csv(std::string_view text) {
  const Csv csv = parse_csv(text);
  const auto has = [&](std::string_view name) { return std::ranges::find(csv.header, name) != csv.header.end(); };
  const bool has_steps = has("steps");
  const std::string_view round = has("round") ? "round" : "epoch";
  History history;
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const auto field = [&](std::string_view name) { return parse_number(csv.rows[i][csv.column(name)]); };
    const auto count = [&]<typename T>(std::string_view name, T least) {
      const auto number = whole_number<T>(field(name));
      if (!number || *number < least) {
        throw Error(fmt::format("row {} has {} in the column {}", i + 1, csv.rows[i][csv.column(name)], name));
      }
      return *number;
    };
    history.push_back({count(round, 0), field("loss"), field("accuracy"), field("val_loss"), field("val_accuracy"),
                       field("learning_rate"), field("train_seconds"), field("eval_seconds"),
                       has_steps ? count("steps", std::int64_t{0}) : 0});
  }
  return history;
}

History read_history(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return history_from_csv(text);
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}", path.string(), problem.what()), problem.hint());
  }
}

}  // namespace ersatz::train
