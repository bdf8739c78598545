#include "metrics/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "metrics/distances.hpp"
#include "metrics/features.hpp"

namespace ersatz::metrics {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

class Search {
 public:
  Search(const Matrix& rows, const Matrix& others, std::size_t k, bool leave_out, unsigned threads)
      : rows_(rows),
        others_(others),
        leave_out_(leave_out),
        rough_(rows, others),
        no_limits_(kBlockColumns, -std::numeric_limits<float>::infinity()),
        work_(threads) {
    result_.rows = rows.rows;
    result_.k = k;
    result_.index.resize(rows.rows * k);
    result_.squared.assign(rows.rows * k, kNone);
  }

  Neighbours run() {
    const ProductOptions options{static_cast<unsigned>(work_.size()), rough_.centre()};
    for_each_block<float>(rows_, others_, options, [&](const Block<float>& block) {
      for (std::size_t r = 0; r < block.rows; ++r) search(block, r, work_[block.thread]);
    });
    return std::move(result_);
  }

 private:
  struct Work {
    std::vector<std::uint32_t> candidates;
    std::vector<double> highs;
  };

  void search(const Block<float>& block, std::size_t r, Work& work) {
    const std::size_t i = block.first_row + r;
    double* squared = result_.squared.data() + i * result_.k;
    double limit = squared[result_.k - 1];
    if (squared[0] == kNone) limit = first_limit(block, r, work.highs);
    rough_.within(block, r, round_up(limit), no_limits_.data(), work.candidates);
    for (const std::uint32_t c : work.candidates) {
      const std::size_t j = block.first_column + c;
      if (leave_out_ && i == j) continue;
      if (rough_.low(i, j, block.row(r)[c]) > squared[result_.k - 1]) continue;  // the limit has become lower
      insert(i, static_cast<std::uint32_t>(j), squared_distance(rows_.row(i), others_.row(j)));
    }
  }

  // What the k-th distance cannot be above, after the first block: saves most distances in double.
  double first_limit(const Block<float>& block, std::size_t r, std::vector<double>& highs) const {
    const std::size_t i = block.first_row + r, k = result_.k;
    highs.clear();
    for (std::size_t c = 0; c < block.columns; ++c) {
      const std::size_t j = block.first_column + c;
      if (!leave_out_ || i != j) highs.push_back(rough_.high(i, j, block.row(r)[c]));
    }
    if (highs.size() < k) return kNone;
    const auto kth = highs.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::ranges::nth_element(highs, kth);
    return *kth;
  }

  // Rows of `others` come in rising order: of equally near ones the first stays before the others.
  void insert(std::size_t i, std::uint32_t j, double distance) {
    double* squared = result_.squared.data() + i * result_.k;
    std::uint32_t* index = result_.index.data() + i * result_.k;
    std::size_t at = result_.k;
    if (distance >= squared[at - 1]) return;
    for (--at; at > 0 && squared[at - 1] > distance; --at) {
      squared[at] = squared[at - 1];
      index[at] = index[at - 1];
    }
    squared[at] = distance;
    index[at] = j;
  }

  const Matrix &rows_, &others_;
  bool leave_out_;
  RoughDistances rough_;
  std::vector<float> no_limits_;
  std::vector<Work> work_;
  Neighbours result_;
};

unsigned threads_for(unsigned threads, const Matrix& rows) {
  return thread_count(threads, (rows.rows + kBlockRows - 1) / kBlockRows);
}

void require_k(std::size_t k, std::size_t most) {
  if (k == 0 || k > most) {
    throw Error(fmt::format("there are no {} nearest neighbours where {} rows are to choose from", k, most));
  }
}

}  // namespace

Neighbours nearest(const Matrix& rows, const Matrix& others, std::size_t k, unsigned threads) {
  require_features(rows, "the rows", others, "the other rows");
  require_k(k, others.rows);
  return Search(rows, others, k, false, threads_for(threads, rows)).run();
}

Neighbours nearest_others(const Matrix& rows, std::size_t k, unsigned threads) {
  require_features(rows, "the rows");
  require_k(k, rows.rows - 1);
  return Search(rows, rows, k, true, threads_for(threads, rows)).run();
}

}  // namespace ersatz::metrics
