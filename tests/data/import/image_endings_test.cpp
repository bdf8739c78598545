#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "data/import/paths.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

std::string fixture(const std::string& name) {
  return read_file(std::filesystem::path(ERSATZ_SOURCE_DIR) / "tests/data/formats" / name);
}

TEST(ImageEndings, InAnyCaseAndOnlyAtTheEnd) {
  for (const char* const name : {"a.jpg", "a.JPG", "b/a.Jpeg", "a.jfif", "a.JPE", "a.png", "a.webp", "a.GIF", "a.bmp",
                                 "a.tiff", "a.avif", "a.HEIC", "a.jp2"}) {
    EXPECT_TRUE(has_image_ending(name)) << name;
  }
  for (const char* const name : {"jpg", "a.jpg.txt", "a.csv", "a.webp/readme", ""}) {
    EXPECT_FALSE(has_image_ending(name)) << name;
  }
}

// What a file is, its first bytes say.
TEST(ImageEndings, FilesWithTheEndingOfAnotherFormatAreRead) {
  const std::vector<std::pair<std::string, std::string>> kFiles{
      {"0.JPG", "lossless.webp"}, {"1.webp", "plain.gif"}, {"2.PNG", "rgb.bmp"}, {"3.gif", "baseline.jpg"},
      {"4.bmp", "rgba.png"},      {"5.jfif", "cmyk.jpg"},  {"6.jpe", "key.gif"}, {"7.WEBP", "orientation3.jpg"}};
  testing::Files files;
  for (const auto& [name, content] : kFiles) {
    files.emplace_back("train/REAL/any/" + name, fixture(content));
    files.emplace_back("test/REAL/any/" + name, fixture(content));
  }
  const testing::ScratchFolder scratch;
  const DataSet set = testing::open_path(testing::write_tree(scratch / "tree", files), scratch / "cache");
  const ImageStore& store = *set.sources.front().train;
  ASSERT_EQ(store.size(), kFiles.size());
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    EXPECT_EQ(store.file_name(i), "any/" + kFiles[i].first);
    const auto pixels = store.image(i);
    EXPECT_EQ(std::string(pixels.begin(), pixels.end()), fixture(kFiles[i].second + ".rgb")) << kFiles[i].first;
  }
}

}  // namespace
}  // namespace ersatz::data
