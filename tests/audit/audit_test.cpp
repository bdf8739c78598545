#include "audit/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::audit {
namespace {

using ::testing::ElementsAre;
using testing::Files;

constexpr data::ImageShape kShape{16, 16};

// 60 photographs as JPEG, 60 other images as PNG, one of these twice, and one of a class that has no photograph.
class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    Files files;
    for (int i = 0; i < 60; ++i) {
      const std::string name = (i % 2 == 0 ? "/cat/" : "/dog/") + std::to_string(i);
      files.emplace_back("photos" + name + ".jpg", data::encode_jpeg(testing::image_pixels(i, kShape), kShape, 90));
      files.emplace_back("made" + name + ".png", testing::png_image(1000 + i, kShape));
    }
    files.emplace_back("made/cow/1.png", testing::png_image(2000, kShape));
    files.emplace_back("made/cat/again.png", testing::png_image(1000, kShape));
    testing::write_tree(folder_ / "data", files);
    location_.path = folder_ / "data";
  }

  Audit run(std::size_t images = 4000, const std::string& real = "photos") {
    const data::DataSet set = testing::open_path(folder_ / "data", folder_ / "cache");
    AuditOptions options;
    options.real = real;
    options.images = images;
    return audit(set, location_, options);
  }

  testing::ScratchFolder folder_;
  data::DataLocation location_;
};

const Telling& by(const Comparison& comparison, Evidence evidence) {
  return *comparison.as_they_are[static_cast<std::size_t>(evidence)];
}

TEST_F(AuditTest, CountsHowFilesAreEncoded) {
  const Audit found = run();
  ASSERT_EQ(found.files.size(), 2U);
  EXPECT_EQ(found.files[0].source, "made");
  EXPECT_EQ(found.files[0].encodings, (std::map<std::string, std::size_t>{{"PNG, colour", 62}}));
  EXPECT_EQ(found.files[1].encodings, (std::map<std::string, std::size_t>{{"JPEG, quality 90, 4:2:0", 60}}));
  EXPECT_EQ(found.files[1].sizes, (data::SizeCounts{{{16, 16}, 60}}));
  EXPECT_GT(found.files[0].bytes_per_pixel, 0);
}

TEST_F(AuditTest, ComparesAsManyImagesOfEveryClass) {
  const Audit found = run();
  EXPECT_EQ(found.per_source, 60U);
  EXPECT_THAT(found.left_out, ElementsAre("cow"));
  EXPECT_EQ(found.others.size(), 1U);
  EXPECT_EQ(found.others[0].traits[0].summary.n, 60U);
  EXPECT_EQ(run(20).per_source, 20U);
}

TEST_F(AuditTest, SeesWhatTheFilesGiveAway) {
  const Audit found = run();
  const Comparison& made = found.others[0];
  EXPECT_EQ(by(made, Evidence::encoder).area.area, 1);
  EXPECT_FALSE(made.encoded_alike[static_cast<std::size_t>(Evidence::encoder)]) << "they have no files of their own";
  EXPECT_TRUE(made.encoded_alike[static_cast<std::size_t>(Evidence::pixels)]);
}

TEST_F(AuditTest, DoesNotTellFewImagesApart) {
  const Audit found = run(40);
  EXPECT_FALSE(found.others[0].as_they_are[static_cast<std::size_t>(Evidence::pixels)]);
  EXPECT_EQ(found.others[0].traits[0].summary.n, 40U);
}

TEST_F(AuditTest, RefusesASourceThatIsNotThere) { EXPECT_THROW(run(100, "fotos"), Error); }

TEST_F(AuditTest, SamplesEveryImageOnce) {
  const data::DataSet set = testing::open_path(folder_ / "data", folder_ / "cache");
  const Sample sample = draw_sample(set, 1000);
  std::set<std::pair<std::size_t, std::uint64_t>> hashes;
  for (const SampledImage& image : sample.images) {
    EXPECT_TRUE(hashes.emplace(image.source, image.store->pixel_hash(image.index)).second) << "a copy was taken";
  }
  EXPECT_EQ(hashes.size(), 120U);
}

}  // namespace
}  // namespace ersatz::audit
