#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/json.hpp"
#include "data/duplicates.hpp"
#include "data/import/labels.hpp"
#include "data/make_data.hpp"
#include "data/selection.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

// Real CIFAKE, when ERSATZ_TEST_CIFAKE names its zip or folder.
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
