// All metrics of all sources.

#include "quality/quality.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "metrics/frechet.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::quality {
namespace {

namespace fs = std::filesystem;

class QualityTest : public ::testing::Test {
 protected:
  data::DataSet open() const { return testing::open_tiny(folder_ / "data", folder_ / "cache"); }
  void write(const testing::TinySource& source) const { testing::write_tiny_source(folder_ / "data", source); }
  static double value(const SourceQuality& source, Metric metric) {
    return source.values.at(static_cast<std::size_t>(metric)).value;
  }
  static QualityOptions options() {
    QualityOptions options;
    options.real = "REAL";
    options.threads = 1;
    return options;
  }
  // The mean of each channel: three numbers, by which classes differ, and noise does not.
  static FeatureSpace channel_means() {
    return {"mean colours", [](const data::Selection& images) {
              Matrix rows{images.size(), 3, {}};
              for (const data::ImageReference& image : images.images) {
                double sums[3] = {};
                const auto pixels = image.pixels();
                for (std::size_t i = 0; i < pixels.size(); ++i) sums[i % 3] += pixels[i];
                for (const double sum : sums) {
                  rows.values.push_back(static_cast<float>(3 * sum / static_cast<double>(pixels.size())));
                }
              }
              return rows;
            }};
  }

  testing::ScratchFolder folder_;
};

TEST_F(QualityTest, PhotographsComeFirstAndOthersInTheirOrder) {
  write({"REAL", 40, 40, 0});
  write({"FAKE", 40, 1, 0});
  write({"GAN", 40, 1, 0});
  const Quality quality = measure(open(), channel_means(), options());
  EXPECT_EQ(quality.features, "mean colours");
  EXPECT_EQ(quality.width, 3U);
  EXPECT_EQ(quality.images, 120U);
  ASSERT_EQ(quality.sources.size(), 3U);
  EXPECT_TRUE(quality.sources[0].photographs);
  EXPECT_EQ(quality.sources[1].source, "FAKE");
  EXPECT_EQ(quality.sources[2].source, "GAN");
  for (const SourceQuality& source : quality.sources) {
    for (const MetricFacts& facts : metric_facts()) {
      EXPECT_TRUE(std::isfinite(value(source, facts.metric))) << source.source << " " << facts.name;
    }
  }
}

TEST_F(QualityTest, AMetricIsThatOfTheTwoSamples) {
  write({"REAL", 40, 40, 0});
  write({"FAKE", 40, 1, 0});
  const data::DataSet set = open();
  const Quality quality = measure(set, channel_means(), options());
  const Samples samples = draw_samples(set, "REAL", 10000);
  const Matrix real = channel_means().rows(samples.real.images), fake = channel_means().rows(samples.others[0].images);
  EXPECT_DOUBLE_EQ(value(quality.sources[1], Metric::frechet),
                   metrics::frechet_distance(metrics::moments_of(real), metrics::moments_of(fake)));
}

TEST_F(QualityTest, ASourceThatIsACopyOfThePhotographsIsFound) {
  write({"REAL", 40, 40, 0});
  write({"FAKE", 40, 1, 0});
  fs::copy(folder_ / "data/train/REAL", folder_ / "data/train/COPY", fs::copy_options::recursive);
  const Quality quality = measure(open(), channel_means(), options());
  ASSERT_EQ(quality.sources[1].source, "COPY");
  EXPECT_NEAR(value(quality.sources[1], Metric::frechet), 0, 1e-3);
  EXPECT_DOUBLE_EQ(value(quality.sources[1], Metric::coverage), 1);
  EXPECT_DOUBLE_EQ(value(quality.sources[1], Metric::authenticity), 0);
  ASSERT_EQ(quality.copies.size(), 2U);
  const Copies& copies = quality.copies[0];
  EXPECT_EQ(copies.source, "COPY");
  EXPECT_EQ(copies.memorisation.exact_copies, 120U);
  EXPECT_DOUBLE_EQ(copies.memorisation.nearer_to_training.value, 1);
  ASSERT_FALSE(copies.generated.empty());
  EXPECT_EQ(copies.generated, copies.seen);
  EXPECT_EQ(quality.copies[1].memorisation.exact_copies, 0U);
}

TEST_F(QualityTest, PixelsAreAllChannelsOfAllPixels) {
  write({"REAL", 2, 1, 0});
  const data::DataSet set = open();
  const data::Selection images = data::select_all(*set.source("REAL").train);
  const Matrix rows = pixel_space().rows(images);
  ASSERT_EQ(rows.rows, 6U);
  ASSERT_EQ(rows.columns, 16U * 16 * 3);
  for (const std::size_t at : {0U, 1U, 500U, 767U}) {
    EXPECT_FLOAT_EQ(rows.row(5)[at], static_cast<float>(images.images[5].pixels()[at]) / 255);
  }
}

TEST_F(QualityTest, AClassThatASourceLacksTakesNoneFromTheOthers) {
  write({"REAL", 40, 40, 0});
  write({"FAKE", 40, 1, 0});
  write({"CATLESS", 60, 1, 0});
  fs::remove_all(folder_ / "data/train/CATLESS/cat");
  QualityOptions by_class = options();
  by_class.per_class = true;
  const Quality quality = measure(open(), channel_means(), by_class);
  const SourceQuality &catless = quality.sources[1], &fake = quality.sources[2];
  ASSERT_EQ(catless.source, "CATLESS");
  ASSERT_EQ(catless.per_class.size(), 3U);
  EXPECT_EQ(catless.per_class[1].name, "cat");
  EXPECT_EQ(catless.per_class[1].images, 0U);
  EXPECT_TRUE(std::isnan(catless.per_class[1].values[0].value));
  EXPECT_GE(fake.per_class[1].images, 20U);
  EXPECT_GE(catless.per_class[0].images, 20U);
  EXPECT_EQ(catless.per_class[0].images, fake.per_class[0].images);
  // A third of the photographs has nothing near.
  EXPECT_LT(value(catless, Metric::coverage), value(fake, Metric::coverage) - 0.2);
}

TEST_F(QualityTest, WhatCannotBeKnownIsLeftOut) {
  write({"REAL", 40, 2, 0});
  write({"FAKE", 40, 1, 0});
  const FeatureSpace nothing{"zeros", [](const data::Selection& images) {
                               return Matrix{images.size(), 2, std::vector<float>(images.size() * 2)};
                             }};
  const Quality quality = measure(open(), nothing, options());
  ASSERT_EQ(quality.sources.size(), 1U);  // too few photographs to compare with photographs
  EXPECT_TRUE(std::isnan(value(quality.sources[0], Metric::vendi)));
  EXPECT_TRUE(std::isnan(value(quality.sources[0], Metric::gaussian_distance)));
  EXPECT_EQ(value(quality.sources[0], Metric::frechet), 0);
  EXPECT_EQ(quality.copy_images, 0U);
  EXPECT_TRUE(quality.copies.empty());
}

}  // namespace
}  // namespace ersatz::quality
