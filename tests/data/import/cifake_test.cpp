#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "data/cifake_sample.hpp"
#include "data/duplicates.hpp"
#include "data/import/labels.hpp"
#include "data/make_data.hpp"
#include "data/selection.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

void expect_intact(const std::string& file, const std::string& sha256) {
  EXPECT_EQ(to_hex(ersatz::sha256(read_file(ERSATZ_SOURCE_DIR "/data/" + file))), sha256)
      << file << " is committed once and never made again";
}

TEST(Repository, DataFilesAreThoseThatWerePublished) {
  expect_intact("cifake-sample.tar.xz", "64343ef02109cd5ad23e76413e029e614b52bc50b715d2802e7fe1559d19f6fc");
  expect_intact("vgg16-block3-tiny-imagenet.safetensors",
                "4c70ac3fae9ee88841c53001516e1783602a20664b2c3e4a79adfd95c564a1b0");
}

// The first images of each class in byte order: those of CIFAKE's names with the lowest numbers.
TEST(CifakeSample, HasTheFirstImagesOfEveryClass) {
  const testing::ScratchFolder scratch;
  const DataSet set = testing::open_path(ERSATZ_SOURCE_DIR "/data/cifake-sample.tar.xz", scratch / "cache");
  EXPECT_EQ(set.fingerprint, kCifakeSampleFingerprint);
  EXPECT_EQ(set.classes, cifar10_classes());
  EXPECT_EQ(set.shape, (ImageShape{32, 32}));
  ASSERT_EQ(set.sources.size(), 2U);
  EXPECT_TRUE(set.skipped.empty());
  for (const Source& source : set.sources) {
    for (const auto& [store, per_class] : {std::pair(source.train, 1000), std::pair(source.test, 200)}) {
      for (std::int32_t k = 0; k < 10; ++k) {
        EXPECT_EQ(std::count(store->labels().begin(), store->labels().end(), k), per_class)
            << source.name << " class " << k;
      }
    }
    const Holdout parts = hold_out(*source.train, 0.2);
    EXPECT_EQ(parts.validation.size(), 2000U);
    EXPECT_EQ(parts.validation.back(), 1999U);
  }
  EXPECT_EQ(set.source("REAL").train->file_name(0), "0000 (10).jpg");
  EXPECT_EQ(set.source("REAL").train->file_name(9999), "0999.jpg");
  EXPECT_EQ(set.source("FAKE").train->file_name(9999), "1999.jpg");
  // As `tar x` and `sha256sum | sort | uniq -d` find them.
  EXPECT_EQ(duplicate_files(set.source("REAL")).pairs, 0U);
  EXPECT_EQ(duplicate_files(set.source("FAKE")).test_images_in_train, 17U);
  EXPECT_EQ(test_images_without_copy(set.source("FAKE")).size(), 2000U - 17U);
  EXPECT_EQ(test_images_in_training_of(set.source("FAKE"), set.source("REAL")), 0U);
  EXPECT_EQ(reopen_data_set(set.manifest()).fingerprint, set.fingerprint);
}

// The whole of CIFAKE, when ERSATZ_TEST_CIFAKE names its zip or folder. Its numbers are the point, and it is too large
// for the repository: the test above does the same with the sample.
TEST(Cifake, HasTheImagesThatWerePublished) {
  const char* path = std::getenv("ERSATZ_TEST_CIFAKE");
  if (path == nullptr || *path == '\0') GTEST_SKIP() << "ERSATZ_TEST_CIFAKE does not name CIFAKE's zip";
  const testing::ScratchFolder scratch;
  const DataSet set = testing::open_path(path, scratch / "cache");
  EXPECT_EQ(set.classes, cifar10_classes());
  EXPECT_EQ(set.shape, (ImageShape{32, 32}));
  ASSERT_EQ(set.sources.size(), 2U);
  EXPECT_TRUE(set.skipped.empty());
  for (const Source& source : set.sources) {
    for (const auto& [store, per_class] : {std::pair(source.train, 5000), std::pair(source.test, 1000)}) {
      for (std::int32_t k = 0; k < 10; ++k) {
        EXPECT_EQ(std::count(store->labels().begin(), store->labels().end(), k), per_class)
            << source.name << " class " << k;
      }
    }
    // In byte order the first fifth of each class is the first fifth of all: the two definitions agree.
    const Holdout parts = hold_out(*source.train, 0.2);
    EXPECT_EQ(parts.validation.size(), 10000U);
    EXPECT_EQ(parts.validation.back(), 9999U);
  }
  EXPECT_EQ(set.source("REAL").train->file_name(0), "0000 (10).jpg");
  EXPECT_EQ(duplicate_pixels(set.source("REAL")).pairs, 0U);
  const DuplicateCounts fake = duplicate_pixels(set.source("FAKE"));
  EXPECT_EQ(test_images_without_copy(set.source("FAKE")).size(), 10000U - fake.test_images_in_train);
  EXPECT_EQ(reopen_data_set(set.manifest()).fingerprint, set.fingerprint);
}

}  // namespace
}  // namespace ersatz::data
