#include "analysis/main_contrasts.hpp"

#include "analysis/gains.hpp"
#include "analysis/substitution.hpp"

namespace ersatz::analysis {

std::vector<stats::CrossedEstimate> main_contrasts(const ResultTable& table, const std::string& source) {
  std::vector<stats::CrossedEstimate> contrasts;
  const GainTable added = gains(table, source);
  for (const Gain& gain : added.gains) {
    if (gain.change) contrasts.push_back(gain.change->estimate);
  }
  for (const Substitution& one : substitutions(table, source)) contrasts.push_back(one.difference);
  return contrasts;
}

}  // namespace ersatz::analysis
