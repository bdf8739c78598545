#pragma once

#include <string>
#include <vector>

#include "stats/classification.hpp"

namespace ersatz::report {

/// scikit-learn's classification_report(truth, predicted, labels=range(n), target_names=classes,
/// digits=2, zero_division=0), to the letter. As in scikit-learn 1.5 and later the row is called
/// "accuracy" even when a class is neither there nor predicted (earlier versions: "micro avg").
std::string classification_report(const stats::ClassificationScores& scores, const std::vector<std::string>& classes);

}  // namespace ersatz::report
