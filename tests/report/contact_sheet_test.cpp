// What stands where in a sheet of sample images, read off the pixels of the PNG.

#include "report/contact_sheet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/codec/decode.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::report {
namespace {

using ::testing::HasSubstr;
using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kRed{255, 0, 0}, kGreen{0, 255, 0}, kBlue{0, 0, 255}, kTeal{0, 128, 128};

std::vector<std::uint8_t> filled(data::ImageShape shape, Colour colour) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < shape.height * shape.width; ++i) pixels.insert(pixels.end(), colour.begin(), colour.end());
  return pixels;
}

/// Where the pixels of exactly this colour are.
struct Found {
  int count = 0, left = 1 << 20, top = 1 << 20, right = 0, bottom = 0;
};
Found find(const data::Picture& picture, Colour colour) {
  Found found;
  for (int y = 0; y < picture.shape.height; ++y) {
    for (int x = 0; x < picture.shape.width; ++x) {
      const auto* pixel = &picture.pixels[3 * (static_cast<std::size_t>(y) * picture.shape.width + x)];
      if (!std::equal(colour.begin(), colour.end(), pixel)) continue;
      ++found.count;
      found.left = std::min(found.left, x);
      found.top = std::min(found.top, y);
      found.right = std::max(found.right, x + 1);
      found.bottom = std::max(found.bottom, y + 1);
    }
  }
  return found;
}

data::Picture read(const std::filesystem::path& path) {
  data::Picture picture;
  data::decode_image(read_file(path), picture);
  return picture;
}

TEST(ContactSheet, CellsAreWholeMultiplesOrShrunk) {
  EXPECT_EQ(sheet_cell({32, 32}), (data::ImageShape{64, 64}));
  EXPECT_EQ(sheet_cell({28, 28}), (data::ImageShape{56, 56}));
  EXPECT_EQ(sheet_cell({20, 8}), (data::ImageShape{60, 24}));
  EXPECT_EQ(sheet_cell({33, 33}), (data::ImageShape{33, 33}));
  EXPECT_EQ(sheet_cell({128, 96}), (data::ImageShape{128, 96}));
  EXPECT_EQ(sheet_cell({256, 512}), (data::ImageShape{64, 128}));
  EXPECT_EQ(sheet_cell({1, 16000}), (data::ImageShape{1, 128}));
}

TEST(ContactSheet, ImagesStandByClassAndSourceAndKeepTheirPixels) {
  const testing::ScratchFolder scratch;
  const data::ImageShape shape{16, 16};
  // Left half red, right half green: enlarged by 4, each is 32 x 64 pixels without any mixture.
  std::vector<std::uint8_t> halves = filled(shape, kRed);
  for (std::size_t i = 0; i < halves.size(); i += 3) {
    if (i / 3 % 16 >= 8) halves[i] = 0, halves[i + 1] = 255;
  }
  const auto blue = filled(shape, kBlue), teal = filled(shape, kTeal);
  ContactSheet sheet{{"one", "two"}, {}, 2, shape};
  sheet.rows.push_back({"cat", {{halves}, {}}});
  sheet.rows.push_back({"\xE7\x8A\xAC 'd\\og' 50 %", {{}, {blue, teal}}});
  write_contact_sheet(scratch / "new/sheet.png", sheet);

  const data::Picture picture = read(scratch / "new/sheet.png");
  const Found r = find(picture, kRed), g = find(picture, kGreen), b = find(picture, kBlue), t = find(picture, kTeal);
  for (const Found& half : {r, g}) {
    EXPECT_EQ(half.count, 32 * 64);
    EXPECT_EQ((half.right - half.left) * (half.bottom - half.top), half.count);
  }
  for (const Found& image : {b, t}) {
    EXPECT_EQ(image.count, 64 * 64);
    EXPECT_EQ((image.right - image.left) * (image.bottom - image.top), image.count);
  }
  EXPECT_EQ(g.left, r.right);
  EXPECT_EQ(b.top, t.top);
  EXPECT_GT(t.left, b.right) << "two images of a source stand apart";
  const int gap = t.left - b.right, first_block_right = r.left + 64 + gap + 64;
  EXPECT_GT(b.left - first_block_right, gap) << "sources stand further apart";
  EXPECT_GT(b.top, r.bottom) << "the second class is below the first";
  EXPECT_GT(picture.shape.height, b.bottom);
  // Names: dark pixels left of the first images and above them.
  int beside = 0, above = 0;
  for (int y = 0; y < picture.shape.height; ++y) {
    for (int x = 0; x < picture.shape.width; ++x) {
      const auto* pixel = &picture.pixels[3 * (static_cast<std::size_t>(y) * picture.shape.width + x)];
      if (pixel[0] > 120 || pixel[0] != pixel[1]) continue;
      beside += x < r.left && y > r.top;
      above += y < r.top;
    }
  }
  EXPECT_GT(beside, 20);
  EXPECT_GT(above, 20);
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "new"))
    left.push_back(entry.path().filename());
  EXPECT_EQ(left, std::vector<std::string>{"sheet.png"});
}

TEST(ContactSheet, ManyClassesAndSourcesFit) {
  const testing::ScratchFolder scratch;
  const data::ImageShape shape{8, 8};
  const auto red = filled(shape, kRed);
  ContactSheet sheet{{"a", "a source with a rather long name", "c", "d", "e"}, {}, 2, shape};
  for (int k = 0; k < 100; ++k) {
    sheet.rows.push_back({"class " + std::to_string(k), {{red}, {red, red}, {}, {red}, {red}}});
  }
  write_contact_sheet(scratch / "sheet.png", sheet);
  EXPECT_EQ(find(read(scratch / "sheet.png"), kRed).count, 100 * 5 * 64 * 64);
}

TEST(ContactSheet, OneThatIsTooLargeIsRefusedBeforeAnythingIsDrawn) {
  const testing::ScratchFolder scratch;
  const ContactSheet sheet{{"a"}, std::vector<ContactSheet::Row>(1000, {"c", {{}}}), 3, {32, 32}};
  try {
    write_contact_sheet(scratch / "new/sheet.png", sheet);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("1000 classes with 3 images of each of 1 sources"));
    EXPECT_THAT(error.hint(), HasSubstr("--classes"));
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "new"));
}

TEST(ContactSheet, CaptionsHaveRoomBelowTheImages) {
  testing::ScratchFolder folder;
  const data::ImageShape shape{32, 32};
  const auto red = filled(shape, kRed), blue = filled(shape, kBlue);
  ContactSheet sheet{{"one", "two"}, {{"a.png", {{red}, {blue}}}}, 1, shape};
  write_contact_sheet(folder / "bare.png", sheet);
  sheet.rows[0].captions = {"", "a caption much wider than the image above it"};
  write_contact_sheet(folder / "captions.png", sheet);
  const auto bare = read(folder / "bare.png"), captions = read(folder / "captions.png");
  EXPECT_GT(captions.shape.height, bare.shape.height);
  EXPECT_GT(captions.shape.width, bare.shape.width);
  EXPECT_EQ(find(captions, kRed).count, find(bare, kRed).count);
  EXPECT_EQ(find(captions, kRed).top, find(bare, kRed).top);
  int dark = 0;  // letters below the images
  for (int y = find(captions, kBlue).bottom + 1; y < captions.shape.height; ++y) {
    for (int x = 0; x < captions.shape.width; ++x) {
      dark += captions.pixels[3 * (static_cast<std::size_t>(y) * captions.shape.width + x)] < 128 ? 1 : 0;
    }
  }
  EXPECT_GT(dark, 50);
}

}  // namespace
}  // namespace ersatz::report
