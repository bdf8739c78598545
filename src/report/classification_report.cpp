#include "report/classification_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/text_table.hpp"

namespace ersatz::report {

std::string classification_report(const stats::ClassificationScores& scores, const std::vector<std::string>& classes) {
  std::size_t width = text_width("weighted avg");
  for (const auto& name : classes) width = std::max(width, text_width(name));
  // When nothing at all is right scikit-learn counts in floating point: support reads "100.0".
  const double a = scores.accuracy;
  const auto support = [a](std::uint64_t n) { return fmt::format("{}{}", n, a == 0 ? ".0" : ""); };
  const auto row = [&](std::string_view name, const stats::ClassScores& s) {
    return fmt::format("{}  {:>9.2f} {:>9.2f} {:>9.2f} {:>9}\n", pad(name, width, Align::right), s.precision, s.recall,
                       s.f1, support(s.support));
  };
  std::string text = fmt::format("{}  {:>9} {:>9} {:>9} {:>9}\n\n", pad("", width, Align::right), "precision", "recall",
                                 "f1-score", "support");
  for (std::size_t c = 0; c < classes.size(); ++c) text += row(classes[c], scores.classes[c]);
  // scikit-learn prints the micro-averaged F1 here, which is the accuracy up to the last bit.
  const double micro_f1 = a == 0 ? 0.0 : 2 * a * a / (a + a);
  text += fmt::format("\n{}  {:>9} {:>9} {:>9.2f} {:>9}\n", pad("accuracy", width, Align::right), "", "", micro_f1,
                      support(scores.macro.support));
  text += row("macro avg", scores.macro);
  text += row("weighted avg", scores.weighted);
  return text;
}

}  // namespace ersatz::report
