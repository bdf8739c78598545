#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::train {

/// One line of history.csv: a round, that is an epoch, or a tenth of a step budget (models::Method).
struct RoundRecord {
  int round = 0;             ///< from 1
  double loss = 0;           ///< running mean over the round, while the weights move
  double accuracy = 0;       ///< likewise, 0..1
  double val_loss = 0;       ///< after the round; NaN without a validation part
  double val_accuracy = 0;   ///< likewise
  double learning_rate = 0;  ///< at the round's last step
  double train_seconds = 0;
  double eval_seconds = 0;
  std::int64_t steps = 0;  ///< updates made since training began; 0 in files of versions that did not write it
};
using History = std::vector<RoundRecord>;

/// history.csv and back: numbers in the shortest form that reads back as the same double. Versions up to 0.1 called
/// the column of rounds "epoch".
std::string history_to_csv(const History& history);
/// Throws Error when a column is missing or a field is no number.
History history_from_csv(std::string_view text);
/// Throws Error naming the file.
History read_history(const std::filesystem::path& path);

}  // namespace ersatz::train
