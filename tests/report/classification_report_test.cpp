#include "report/classification_report.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "stats/classification.hpp"

namespace ersatz::report {
namespace {

// tests/report/make_sklearn_fixture.py writes the cases.
TEST(ClassificationReport, IsScikitLearnsToTheLetter) {
  const Json fixture = read_json(ERSATZ_SOURCE_DIR "/tests/report/sklearn_reports.json");
  ASSERT_GE(fixture.at("cases").size(), 50U);
  for (const Json& one : fixture.at("cases")) {
    const auto classes = one.at("classes").get<std::vector<std::string>>();
    const auto truth = one.at("truth").get<std::vector<std::int32_t>>();
    const auto predicted = one.at("predicted").get<std::vector<std::int32_t>>();
    const auto scores = stats::classification_scores(stats::confusion_matrix(truth, predicted, classes.size()));
    EXPECT_EQ(classification_report(scores, classes), one.at("report").get<std::string>()) << one.at("name");
    // Bit for bit, not only as printed.
    for (std::size_t c = 0; c < classes.size(); ++c) EXPECT_EQ(scores.classes[c].f1, one.at("f1")[c].get<double>());
    for (const auto& [key, average] : {std::pair{"macro", scores.macro}, std::pair{"weighted", scores.weighted}}) {
      EXPECT_EQ(average.precision, one.at(key)[0].get<double>()) << one.at("name") << " " << key;
      EXPECT_EQ(average.recall, one.at(key)[1].get<double>()) << one.at("name") << " " << key;
      EXPECT_EQ(average.f1, one.at(key)[2].get<double>()) << one.at("name") << " " << key;
    }
  }
}

TEST(ClassificationReport, CallsTheRowAccuracyEvenWhenAClassIsNeitherThereNorPredicted) {
  const auto scores = stats::classification_scores({3, {1, 1, 0, 0, 2, 0, 0, 0, 0}});
  EXPECT_EQ(classification_report(scores, {"0", "1", "2"}),
            "              precision    recall  f1-score   support\n"
            "\n"
            "           0       1.00      0.50      0.67         2\n"
            "           1       0.67      1.00      0.80         2\n"
            "           2       0.00      0.00      0.00         0\n"
            "\n"
            "    accuracy                           0.75         4\n"
            "   macro avg       0.56      0.50      0.49         4\n"
            "weighted avg       0.83      0.75      0.73         4\n");
}

}  // namespace
}  // namespace ersatz::report
