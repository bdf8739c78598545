#include "report/trade_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/mixture_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Trade;

std::string score_text(const analysis::ScoreChange& change) {
  return fmt::format("{} {} -> {} {}", score_name(change.score), share(change.before), share(change.after),
                     signed_interval(change.interval));
}

std::string trade_text(const Trade& trade, const std::string& source) {
  std::vector<std::string> scores;
  for (const analysis::ScoreChange& change : trade.scores) scores.push_back(score_text(change));
  const char* right = trade.gained() ? "more often right"
                      : trade.lost() ? "less often right"
                                     : "not shown to be right more or less often";
  return fmt::format("{} with {} beside {} {} is {} ({}), {}", trade.title, additions_text(trade.mixture, source),
                     format_count(trade.own), source, right, difference_text(trade.accuracy, trade.interval),
                     join_words(scores));
}

// By the first score that moved, relative to what it was.
double size(const Trade& trade) {
  const analysis::ScoreChange& first = trade.scores.front();
  return std::abs(std::log(first.after / first.before));
}

std::string sentence(const char* head, std::vector<const Trade*> all, const std::string& source) {
  constexpr std::size_t kShown = 3;
  std::ranges::stable_sort(all, std::ranges::greater{}, [](const Trade* trade) { return size(*trade); });
  std::vector<std::string> clauses;
  for (std::size_t i = 0; i < std::min(kShown, all.size()); ++i) clauses.push_back(trade_text(*all[i], source));
  const std::string more = all.size() > kShown ? fmt::format("; and {} more", all.size() - kShown) : "";
  return fmt::format("{}: {}{} ({}).", head, fmt::join(clauses, "; "), more, seeds_text(all.front()->seeds));
}

}  // namespace

std::string score_name(analysis::Score score) {
  switch (score) {
    case analysis::Score::log_loss: return "log loss";
    case analysis::Score::brier: return "Brier score";
    case analysis::Score::calibration_error: break;
  }
  return "calibration error";
}

std::vector<std::string> trade_sentences(const analysis::Answer& answer) {
  std::vector<const Trade*> worse, better;
  for (const Trade& trade : answer.trades) (trade.lost() ? better : worse).push_back(&trade);
  std::vector<std::string> sentences;
  if (!worse.empty()) {
    sentences.push_back(
        sentence("No less often right, but less sure of itself where it should be", worse, answer.source));
  }
  if (!better.empty())
    sentences.push_back(sentence("Less often right, but better probabilities", better, answer.source));
  return sentences;
}

}  // namespace ersatz::report
