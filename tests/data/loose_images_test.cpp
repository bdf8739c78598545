#include "data/loose_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/codec/encode_png.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void write_png(const std::filesystem::path& path, ImageShape shape, std::uint8_t grey) {
  make_folders(path.parent_path());
  write_file(path, encode_png(std::vector<std::uint8_t>(shape.bytes(), grey), shape));
}

TEST(ImageFiles, AreAFileItselfOrAllImagesOfAFolder) {
  const testing::ScratchFolder folder;
  write_png(folder / "b/2.png", {2, 2}, 0);
  write_png(folder / "a.png", {2, 2}, 0);
  write_file(folder / ".hidden.png", "");
  write_file(folder / "notes.txt", "");
  EXPECT_THAT(image_files(folder.path()), ElementsAre(folder / "a.png", folder / "b/2.png"));
  EXPECT_THAT(image_files(folder / "notes.txt"), ElementsAre(folder / "notes.txt")) << "whoever names a file means it";
  EXPECT_THROW(image_files(folder / "nothing"), Error);
  std::filesystem::create_directory(folder / "empty");
  EXPECT_THROW(image_files(folder / "empty"), Error);
}

TEST(LooseImageReader, MakesImagesOneSizeAndNamesThoseThatItCannotRead) {
  const testing::ScratchFolder folder;
  write_png(folder / "same.png", {4, 6}, 10);
  write_png(folder / "large.png", {40, 60}, 20);
  write_file(folder / "broken.png", "\x89PNG\r\n\x1a\n");
  const std::vector<std::filesystem::path> files{folder / "same.png", folder / "broken.png", folder / "large.png",
                                                 folder / "gone.png"};
  LooseImageReader reader(Resize{{4, 6}});
  const LooseImages images = reader.read(files);
  EXPECT_THAT(images.files, ElementsAre(files[0], files[2]));
  EXPECT_EQ(images.resized, 1U);
  EXPECT_THAT(images.image(0), ::testing::Each(10));
  EXPECT_THAT(images.image(1), ::testing::Each(20));
  ASSERT_EQ(images.problems.size(), 2U);
  EXPECT_THAT(images.problems[0].text, HasSubstr("broken.png is cut short"));
  EXPECT_THAT(images.problems[1].text, HasSubstr("gone.png"));
  EXPECT_EQ(reader.read(files).pixels, images.pixels) << "a reader is used again";

  const PixelTransform transform{Channels::grey, 1.0F, {0, 0, 0}, {1, 1, 1}};
  const LooseSource source(images, transform);
  EXPECT_EQ(source.shape(), (std::array{1, 4, 6}));
  std::vector<float> values(24);
  source.fill(std::vector<std::uint32_t>{1}, 0, values.data());
  EXPECT_THAT(values, ::testing::Each(20.0F));
}

}  // namespace
}  // namespace ersatz::data
