#include "analysis/conclusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "analysis/wording.hpp"
#include "base/text.hpp"

namespace ersatz::analysis {
namespace {

// A training set that takes one source alone.
struct SingleSource {
  std::string name, source;
  study::Amount amount;
};

std::vector<SingleSource> single_sources(const std::vector<study::RunRecord>& runs) {
  std::vector<SingleSource> sets;
  for (const auto& run : runs) {
    const auto& set = run.spec.train_on;
    const bool seen = std::ranges::any_of(sets, [&](const auto& known) { return known.name == set.name; });
    if (!seen && !set.augment && set.sources.size() == 1)
      sets.push_back({set.name, set.sources[0].first, set.sources[0].second});
  }
  return sets;
}

bool same_amount(const study::Amount& a, const study::Amount& b) { return a.kind == b.kind && a.value == b.value; }

const Cell* find_cell(const ResultTable& table, const std::string& classifier, const std::string& train_on,
                      const std::string& test_on) {
  for (const Cell& cell : table.cells) {
    if (cell.classifier == classifier && cell.train_on == train_on && cell.test_on == test_on) return &cell;
  }
  return nullptr;
}

struct Comparison {
  const Cell* own;    // trained on the source that it is tested on
  const Cell* other;  // trained on another one
};

std::string accuracy(const Cell& cell, bool with_seeds) {
  if (cell.seeds() == 1) return share(cell.accuracy.mean) + " " + interval(cell.accuracy_interval);
  const std::string text = spread(cell.accuracy);
  return with_seeds ? fmt::format("{} (n = {})", text, cell.seeds()) : text;
}

// "training on FAKE instead of REAL lowers the accuracy of NN from .372 [..] to .251 [..] and of ..."
std::string clause(const std::string& own, const std::string& other, const std::vector<Comparison>& comparisons,
                   bool with_seeds) {
  const auto lower = [](const Comparison& c) { return c.other->accuracy.mean < c.own->accuracy.mean; };
  const auto higher = [](const Comparison& c) { return c.other->accuracy.mean > c.own->accuracy.mean; };
  std::string verb = "changes";
  if (std::ranges::all_of(comparisons, lower)) verb = "lowers";
  if (std::ranges::all_of(comparisons, higher)) verb = "raises";
  std::vector<std::string> parts;
  for (const Comparison& c : comparisons) {
    parts.push_back(
        fmt::format("of {} from {} to {}", c.own->title, accuracy(*c.own, with_seeds), accuracy(*c.other, with_seeds)));
  }
  return fmt::format("training on {} instead of {} {} the accuracy {}", other, own, verb, join_words(parts));
}

std::string explanation(const std::set<std::size_t>& seeds) {
  if (*seeds.rbegin() == 1) return "one seed; 95 % Wilson intervals";
  if (seeds.size() == 1) return fmt::format("mean ± standard deviation over {} seeds", *seeds.begin());
  return "mean ± standard deviation over n seeds; 95 % Wilson interval where there is one";
}

std::optional<std::string> sentence(const ResultTable& table, const std::vector<SingleSource>& sets,
                                    const std::vector<std::string>& classifiers, const std::string& source) {
  struct Pair {
    std::string own, other;
    std::vector<Comparison> comparisons;
  };
  std::vector<Pair> pairs;
  std::set<std::string> compared;  // other sources: each once, with the first amount that both come in
  std::set<std::size_t> seeds;
  for (const auto& own : sets) {
    for (const auto& other : sets) {
      if (own.source != source || other.source == source || !same_amount(own.amount, other.amount)) continue;
      if (compared.contains(other.source)) continue;
      Pair pair{own.name, other.name, {}};
      for (const auto& classifier : classifiers) {
        const Cell* own_cell = find_cell(table, classifier, own.name, source);
        const Cell* other_cell = find_cell(table, classifier, other.name, source);
        if (own_cell == nullptr || other_cell == nullptr) continue;
        pair.comparisons.push_back({own_cell, other_cell});
        seeds.insert({own_cell->seeds(), other_cell->seeds()});
      }
      if (pair.comparisons.empty()) continue;
      compared.insert(other.source);
      pairs.push_back(std::move(pair));
    }
  }
  if (pairs.empty()) return std::nullopt;
  std::string clauses;
  for (const Pair& pair : pairs) {
    if (!clauses.empty()) clauses += "; ";
    clauses += clause(pair.own, pair.other, pair.comparisons, seeds.size() > 1);
  }
  return fmt::format("Tested on {}, {} ({}).", source, clauses, explanation(seeds));
}

}  // namespace

std::vector<std::string> conclusions(const ResultTable& table) {
  const auto sets = single_sources(table.runs);
  const std::vector<std::string> classifiers = classifiers_of(table);
  std::vector<std::string> tested, sentences;
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (std::ranges::find(list, name) == list.end()) list.push_back(name);
  };
  for (const Cell& cell : table.cells) add(tested, cell.test_on);
  for (const auto& source : tested) {
    if (auto text = sentence(table, sets, classifiers, source)) sentences.push_back(std::move(*text));
  }
  return sentences;
}

}  // namespace ersatz::analysis
