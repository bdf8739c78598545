#include "stats/influence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stats/crossed.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

// Derivatives of scikit-learn's scores with respect to sample weights, by differences.
TEST(Influence, IsTheDerivativeOfScikitLearnsScores) {
  const Json& json = fixtures("influence");
  const auto truth = json.at("truth").get<LabelList>(), predicted = json.at("predicted").get<LabelList>();
  const std::size_t classes = json.at("classes");
  const Confusion confusion = confusion_matrix(truth, predicted, classes);
  std::vector<double> values(truth.size());
  for (const Json& one : json.at("cases")) {
    const std::string name = one.at("rate");
    const Rate rate = name == "f1" ? Rate::f1 : name == "recall" ? Rate::recall : Rate::precision;
    const auto& expected = one.at("values");
    for (std::size_t c = 0; c < expected.size(); ++c) {
      if (one.at("macro")) {
        macro_values(rate, confusion, truth, predicted, values);
      } else {
        class_values(rate, c, confusion, truth, predicted, values);
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], expected[c][i].get<double>(), 1e-6) << name << ' ' << c << ' ' << i;
      }
    }
  }
}

TEST(Influence, TheMeanIsTheRateItself) {
  const LabelList truth{0, 0, 1, 1, 1, 3}, predicted{0, 1, 1, 2, 1, 3};  // no image of class 2
  const Confusion confusion = confusion_matrix(truth, predicted, 4);
  const auto scores = classification_scores(confusion, classes_with_images(confusion));
  std::vector<double> values(truth.size());
  const auto mean = [&] { return std::accumulate(values.begin(), values.end(), 0.0) / 6; };
  macro_values(Rate::f1, confusion, truth, predicted, values);
  EXPECT_NEAR(mean(), scores.macro.f1, 1e-15);
  macro_values(Rate::precision, confusion, truth, predicted, values);
  EXPECT_NEAR(mean(), scores.macro.precision, 1e-15);
  class_values(Rate::recall, 1, confusion, truth, predicted, values);
  EXPECT_NEAR(mean(), 2. / 3, 1e-15);
  class_values(Rate::recall, 2, confusion, truth, predicted, values);
  EXPECT_EQ(values, std::vector<double>(6)) << "a rate without a denominator";
  accuracy_values(truth, predicted, values);
  EXPECT_NEAR(mean(), scores.accuracy, 1e-15);
}

// The standard error of a class's recall over test images is that of a share of its images.
TEST(Influence, OfRecallHasTheErrorOfAShare) {
  LabelList truth, predicted;
  for (int i = 0; i < 2000; ++i) {
    truth.push_back(i % 4);
    predicted.push_back(i % 3 == 0 ? 0 : i % 4);
  }
  const Confusion confusion = confusion_matrix(truth, predicted, 4);
  const CrossedEstimate recall = Crossed(1, 1, truth.size(), [&](auto, auto, std::span<double> out) {
                                   class_values(Rate::recall, 2, confusion, truth, predicted, out);
                                 }).cell(0);
  EXPECT_NEAR(recall.standard_error, std::sqrt(recall.mean * (1 - recall.mean) / 500),
              2e-4 * recall.standard_error + 1e-5);
}

}  // namespace
}  // namespace ersatz::stats
