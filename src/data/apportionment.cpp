#include "data/apportionment.hpp"

#include <cmath>
#include <utility>

namespace ersatz::data {
namespace {

// Shares rarely are binary fractions: ten batches of .1 x 64 owe 64 examples, not one less by the last bit.
constexpr double kSlack = 1e-6;

}  // namespace

Apportionment::Apportionment(std::vector<Ramp> shares, std::int64_t batch, std::int64_t steps)
    : shares_(std::move(shares)),
      batch_(batch),
      steps_(steps),
      before_(shares_.size(), 0),
      counts_(shares_.size(), 0),
      owed_(shares_.size(), 0) {
  divide();
}

void Apportionment::go_to(std::int64_t step) {
  if (step < step_) {
    step_ = 0;
    before_.assign(before_.size(), 0);
    divide();
  }
  for (; step_ < step; divide()) {
    for (std::size_t g = 0; g < counts_.size(); ++g) before_[g] += counts_[g];
    ++step_;
  }
}

// Everyone gets the whole part of what he is owed, and those the rest who are owed most.
void Apportionment::divide() {
  std::int64_t left = batch_;
  for (std::size_t g = 0; g < shares_.size(); ++g) {
    owed_[g] =
        static_cast<double>(batch_) * shares_[g].sum(step_ + 1, steps_) - static_cast<double>(before_[g]) + kSlack;
    counts_[g] = owed_[g] > 0 ? static_cast<std::int64_t>(std::floor(owed_[g])) : 0;
    left -= counts_[g];
  }
  const auto still = [&](std::size_t g) { return owed_[g] - static_cast<double>(counts_[g]); };
  for (; left > 0; --left) {
    std::size_t most = 0;
    for (std::size_t g = 1; g < shares_.size(); ++g) {
      if (still(g) > still(most) + kSlack) most = g;
    }
    ++counts_[most];
  }
  // Where several have had a little too much before, the whole parts of the others may be more than a batch.
  for (; left < 0; ++left) {
    std::size_t least = shares_.size();
    for (std::size_t g = 0; g < shares_.size(); ++g) {
      if (counts_[g] > 0 && (least == shares_.size() || still(g) < still(least) - kSlack)) least = g;
    }
    --counts_[least];
  }
}

}  // namespace ersatz::data
