// Examples that are learned by class probabilities in place of their labels.

#include "data/soft_labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/pattern_training.hpp"
#include "train/predict.hpp"

namespace ersatz::train {
namespace {

class SoftLabelsTest : public Trainer {
 protected:
  // Of the examples from `first` on: all of the class behind their own.
  data::SoftLabels of_the_next_class(std::uint32_t first) const {
    data::SoftLabels soft;
    soft.targets.columns = 3;
    for (std::uint32_t i = 0; i < training_.size(); ++i) {
      soft.rows.push_back(0);
      if (i < first) continue;
      for (int c = 0; c < 3; ++c) soft.targets.values.push_back(c == (training_.labels()[i] + 1) % 3 ? 1.0F : 0.0F);
      soft.rows.back() = static_cast<std::uint32_t>(++soft.targets.rows);
    }
    return soft;
  }
  TrainResult run_with(const data::SoftLabels* soft, const std::string& name) const {
    const models::Method method = steps(120);
    TrainingTask task{classifier_, method, training_, validation_, seed_, precision_};
    task.soft_labels = soft;
    return train(task, checkpoint(name));
  }
  // Which share of the validation images is taken for the class so many behind their own.
  double share_of(const TrainResult& result, int behind) const {
    const Matrix probabilities = predict(classifier_, models::TestViews::plain, result.weights, validation_);
    double count = 0;
    for (std::size_t i = 0; i < probabilities.rows; ++i) {
      const auto row = probabilities.row(i);
      const auto called = std::ranges::max_element(row) - row.begin();
      count += called == (validation_.labels()[i] + behind) % 3;
    }
    return count / static_cast<double>(probabilities.rows);
  }
};

TEST_F(SoftLabelsTest, AreLearnedInPlaceOfLabels) {
  const data::SoftLabels all = of_the_next_class(0);
  EXPECT_GT(share_of(run_with(nullptr, "hard"), 0), 0.9);
  EXPECT_GT(share_of(run_with(&all, "soft"), 1), 0.9);
}

TEST_F(SoftLabelsTest, ExamplesWithoutThemHaveTheirLabels) {
  const data::SoftLabels none = of_the_next_class(100);
  EXPECT_GT(share_of(run_with(&none, "none"), 0), 0.9);
}

}  // namespace
}  // namespace ersatz::train
