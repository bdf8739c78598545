#include "report/metric_table.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Read {
  Read() {
    study.seeds = {1, 2};
    study.right = {{"lenet REAL REAL", .8}, {"nn REAL REAL", .4}};
    study.write();
    table = analysis::read_results(study.folder());
  }
  std::string error_of(const MetricRequest& request) const {
    try {
      metric_rows(table, request);
      return "";
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
  }
  FakeStudy study;
  analysis::ResultTable table;
};

TEST(MetricRows, OfAccuracyAreTheCells) {
  const Read read;
  const auto rows = metric_rows(read.table, {});
  ASSERT_EQ(rows.size(), read.table.cells.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].value.mean, read.table.cells[i].accuracy.mean);
    EXPECT_EQ(rows[i].value.n, 2U);
    ASSERT_TRUE(rows[i].interval);
    EXPECT_EQ(rows[i].interval->low, read.table.cells[i].accuracy_interval.low);
    EXPECT_EQ(rows[i].interval->high, read.table.cells[i].accuracy_interval.high);
  }
}

TEST(MetricRows, BySeedAreTheRunsWithWilsonsInterval) {
  const Read read;
  MetricRequest request;
  request.by_seed = true;
  const auto rows = metric_rows(read.table, request);
  ASSERT_EQ(rows.size(), read.table.results.size());
  for (const MetricRow& row : rows) {
    const auto of = std::ranges::find_if(read.table.results, [&](const analysis::TestResult& result) {
      return result.classifier == row.classifier && result.train_on == row.train_on && result.test_on == row.test_on &&
             result.seed == row.seed;
    });
    ASSERT_NE(of, read.table.results.end());
    EXPECT_EQ(row.value.mean, of->scores.accuracy);
    EXPECT_EQ(row.interval->low, stats::wilson_interval(of->confusion.correct(), of->confusion.total()).low);
  }
}

TEST(MetricRows, ByClassAreEachClasssScores) {
  const Read read;
  for (const char* metric : {"recall", "precision", "f1"}) {
    MetricRequest request;
    request.metric = metric;
    request.by_class = true;
    request.filters = {{"classifier", "lenet"}, {"train_on", "REAL"}, {"test_on", "REAL"}, {"class", "cat"}};
    const auto rows = metric_rows(read.table, request);
    ASSERT_EQ(rows.size(), 1U);
    const auto of = [&](const stats::ClassScores& s) {
      return std::string(metric) == "recall" ? s.recall : std::string(metric) == "f1" ? s.f1 : s.precision;
    };
    double sum = 0;
    for (const auto& result : read.table.results) {
      if (result.classifier == "lenet" && result.train_on == "REAL" && result.test_on == "REAL") {
        sum += of(result.scores.classes[3]);
      }
    }
    EXPECT_NEAR(rows[0].value.mean, sum / 2, 1e-12);
  }
}

// Every pair of an image of the class and one of another: which of them is more probably of the class.
double pairs_in_order(const analysis::TestResult& result, const std::vector<std::int32_t>& truth, std::size_t c) {
  const Matrix probabilities = result.predictions.probabilities();
  double right = 0, all = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t k = 0; k < truth.size(); ++k) {
      if (truth[i] != static_cast<std::int32_t>(c) || truth[k] == truth[i]) continue;
      const float own = probabilities.row(i)[c], other = probabilities.row(k)[c];
      right += own > other ? 1 : own == other ? 0.5 : 0;
      ++all;
    }
  }
  return right / all;
}

TEST(MetricRows, OfAreasAreThoseOfEachClassAgainstTheOthersAndTheirMean) {
  const Read read;
  const auto rows_of = [&](bool by_class) {
    MetricRequest request;
    request.metric = "auc";
    request.by_seed = true;
    request.by_class = by_class;
    return metric_rows(read.table, request);
  };
  const auto& classes = read.table.study.classes;
  const auto result_of = [&](const MetricRow& row) {
    return *std::ranges::find_if(read.table.results, [&](const analysis::TestResult& result) {
      return result.classifier == row.classifier && result.train_on == row.train_on && result.test_on == row.test_on &&
             result.seed == row.seed;
    });
  };
  const auto by_class = rows_of(true);
  ASSERT_GT(by_class.size(), classes.size());
  for (const MetricRow& row : by_class) {
    const auto c = static_cast<std::size_t>(std::ranges::find(classes, row.class_name) - classes.begin());
    EXPECT_NEAR(row.value.mean, pairs_in_order(result_of(row), read.table.truth.at(row.test_on), c), 1e-12);
  }
  for (const MetricRow& row : rows_of(false)) {
    double sum = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      sum += pairs_in_order(result_of(row), read.table.truth.at(row.test_on), c);
    }
    EXPECT_NEAR(row.value.mean, sum / static_cast<double>(classes.size()), 1e-12);
  }
}

TEST(MetricRows, AreSortedAndTurnedRound) {
  const Read read;
  MetricRequest request;
  request.sort = "value";
  const auto up = metric_rows(read.table, request);
  EXPECT_TRUE(std::ranges::is_sorted(up, {}, [](const MetricRow& row) { return row.value.mean; }));
  request.reverse = true;
  EXPECT_EQ(metric_rows(read.table, request).front().value.mean, up.back().value.mean);
}

TEST(MetricRows, NeedProbabilitiesWhereTheMetricDoes) {
  const Read read;
  for (const char* metric : {"top2", "nll", "brier", "ece", "balanced_accuracy", "auc", "ap"}) {
    MetricRequest request;
    request.metric = metric;
    for (const MetricRow& row : metric_rows(read.table, request)) EXPECT_GT(row.value.mean, 0);
  }
  std::filesystem::remove(read.table.results.front().predictions.file());
  MetricRequest request;
  request.metric = "ece";
  EXPECT_THAT(read.error_of(request), HasSubstr("needs probabilities"));
  request.filters = {{"classifier", "lenet"}};
  EXPECT_EQ(read.error_of(request), "") << "the missing one is the other classifier's, and is not asked for";
}

TEST(MetricRows, WhatCannotBeIsAnErrorWithTheNearestWord) {
  const Read read;
  MetricRequest request;
  request.by_class = true;
  EXPECT_THAT(read.error_of(request), HasSubstr("accuracy is a number of all classes together"));
  request.by_class = false;
  request.filters = {{"classifier", "lenett"}};
  EXPECT_THAT(read.error_of(request), HasSubstr("did you mean \"lenet\""));
  request.filters = {{"seed", "1"}};
  EXPECT_THAT(read.error_of(request), HasSubstr("rows have no seed without --by seed"));
  request.filters.clear();
  request.metric = "acuracy";
  EXPECT_THAT(read.error_of(request), HasSubstr("did you mean \"accuracy\""));
}

TEST(MetricFormats, HaveTheSameNumbers) {
  const Read read;
  MetricRequest request;
  request.filters = {{"classifier", "nn"}, {"train_on", "REAL"}, {"test_on", "REAL"}};
  const auto rows = metric_rows(read.table, request);
  const Json json = Json::parse(metric_json(rows, "accuracy"));
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0].at("accuracy").get<double>(), rows[0].value.mean);
  EXPECT_EQ(json[0].at("n"), 2);
  EXPECT_FALSE(json[0].contains("seed"));
  EXPECT_EQ(metric_csv(rows, "accuracy"),
            "classifier,train_on,test_on,class,seed,n,accuracy,sd,low,high\n" +
                fmt::format("nn,REAL,REAL,,,2,{},{},{},{}\n", rows[0].value.mean, rows[0].value.sd,
                            rows[0].interval->low, rows[0].interval->high));
  const TextTable table = metric_table(rows, "accuracy");
  EXPECT_THAT(table.plain(), StartsWith("classifier  trained on  tested on  n     accuracy  95 % interval\n──"));
  EXPECT_THAT(table.markdown(), StartsWith("| classifier | trained on | tested on | n |"));
}

}  // namespace
}  // namespace ersatz::report
