#pragma once

#include <string>
#include <vector>

#include "analysis/answer.hpp"

namespace ersatz::report {

/// An answer in about ten plain sentences, of several budgets a few more, each with its numbers, their 95 % intervals
/// and n. What a study did not try, its answer does not mention. No sentences when nothing besides the source itself
/// was trained on.
struct AnswerText {
  std::vector<std::string> sentences;
  std::vector<std::string> warnings;  ///< too few seeds, runs that are missing, classifiers left out
};
AnswerText answer_text(const analysis::Answer& answer);

}  // namespace ersatz::report
