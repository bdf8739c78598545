#include "audit/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/codec/encode_png.hpp"
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
  EXPECT_EQ(found.files[0].training, 62U);
  EXPECT_EQ(found.files[0].testing, 0U);
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

TEST_F(AuditTest, KeepsToTheNumberOfImages) {
  for (const std::size_t images : {1, 7, 51}) EXPECT_EQ(run(images).per_source, images);
}

TEST_F(AuditTest, LeavesOutWhatIsTooSmallToCompare) {
  Files files;
  for (int i = 0; i < 5; ++i)
    files.emplace_back("few/cat/" + std::to_string(i) + ".png", testing::png_image(3000 + i, kShape));
  testing::write_tree(folder_ / "data", files);
  const Audit found = run();
  EXPECT_THAT(found.small_sources, ElementsAre("few"));
  EXPECT_EQ(found.others.size(), 1U);
  EXPECT_EQ(found.per_source, 60U) << "it takes nothing from the others";
}

// Each image of `made` is one of `photos` with a little noise: told apart by its neighbour's label, it would always be
// taken for the other source.
TEST_F(AuditTest, KeepsWhatBelongsTogetherInOneFold) {
  Files files;
  for (int i = 0; i < 120; ++i) {
    const std::string name = "/cat/" + std::to_string(i) + ".png";
    std::vector<std::uint8_t> pixels = testing::image_pixels(i, kShape);
    files.emplace_back("photos" + name, data::encode_png(pixels, kShape));
    for (std::size_t k = 0; k < pixels.size(); k += 97) pixels[k] ^= 1;
    files.emplace_back("made" + name, data::encode_png(pixels, kShape));
  }
  location_ = {};
  location_.sources = {{"photos", testing::write_tree(folder_ / "pairs", files) / "photos"},
                       {"made", folder_ / "pairs/made"}};
  const auto below_guessing = [&] {
    data::ImportOptions import;
    import.cache = folder_ / "cache";
    AuditOptions options;
    options.real = "photos";
    const Audit found = audit(data::open_data_set(location_, import), location_, options);
    return by(found.others[0], Evidence::pixels).area_interval.high < 0.5;
  };
  location_.test.all = data::TestAmount{data::TestAmount::Kind::fraction, 0.2};
  EXPECT_TRUE(below_guessing());
  location_.made_from = {{"made", "photos"}};
  EXPECT_FALSE(below_guessing());
}

TEST_F(AuditTest, TakesOneImageOfAGroup) {
  location_.group.all = "^[a-z]+/(.)";  // by the first digit of the file's name
  const data::DataSet set = testing::open_path(folder_ / "data", folder_ / "cache");
  const Sample sample = draw_sample(set, location_, 1, 1000, 1);
  std::set<std::pair<std::size_t, std::uint64_t>> groups;
  for (const SampledImage& image : sample.images) EXPECT_TRUE(groups.emplace(image.source, image.cluster).second);
  EXPECT_GT(sample.per_source, 3U);
}

TEST_F(AuditTest, RefusesASourceThatIsNotThere) { EXPECT_THROW(run(100, "fotos"), Error); }

TEST_F(AuditTest, SamplesEveryImageOnce) {
  const data::DataSet set = testing::open_path(folder_ / "data", folder_ / "cache");
  const Sample sample = draw_sample(set, location_, 1, 1000, 50);
  std::set<std::pair<std::size_t, std::uint64_t>> hashes;
  for (const SampledImage& image : sample.images) {
    EXPECT_TRUE(hashes.emplace(image.source, image.store->pixel_hash(image.index)).second) << "a copy was taken";
  }
  EXPECT_EQ(hashes.size(), 120U);
}

}  // namespace
}  // namespace ersatz::audit
