#include "report/contact_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_png.hpp"
#include "data/codec/resample.hpp"
#include "report/gnuplot.hpp"
#include "report/plot.hpp"
#include "report/text_extent.hpp"

namespace ersatz::report {
namespace {

constexpr int kEnlargedSide = 64, kLargestCell = 128;
constexpr int kGap = 2, kBlockGap = 16, kMargin = 10, kHeader = 34, kFont = 13, kCaption = 22;

/// Pixels of a text at most.
int text_pixels(const std::string& text) { return static_cast<int>(std::ceil(text_ems(text) * kFont)) + 1; }

/// Where everything stands, in pixels from the upper left corner.
struct Places {
  data::ImageShape cell, all;
  int row_height = 0;
  int caption = 0;              ///< of row_height, what is below the images
  int names_right = 0;          ///< the names of classes end here
  std::vector<int> block_left;  ///< of each source

  int row_top(std::size_t row) const { return kMargin + kHeader + static_cast<int>(row) * row_height; }
  /// The middle of a row's images.
  int row_middle(std::size_t row) const { return row_top(row) + (row_height - kGap - caption) / 2; }
};

Error too_large(const ContactSheet& sheet, std::int64_t width, std::int64_t height) {
  return Error(fmt::format("a sheet of {} classes with {} images of each of {} sources would have {} x {} pixels",
                           sheet.rows.size(), sheet.each, sheet.sources.size(), width, height),
               fmt::format("name some classes (--classes a,b,c) or take fewer images of each (--each 2); {} pixels a "
                           "side and {} million in all is the most",
                           data::kLargestSide, data::kMostPixels >> 20));
}

Places lay_out(const ContactSheet& sheet) {
  Places places;
  places.cell = sheet_cell(sheet.shape);
  const auto has_captions = [](const ContactSheet::Row& row) { return !row.captions.empty(); };
  places.caption = std::ranges::any_of(sheet.rows, has_captions) ? kCaption : 0;
  places.row_height = std::max(places.cell.height, kFont + 3) + places.caption + kGap;
  for (const auto& row : sheet.rows) places.names_right = std::max(places.names_right, text_pixels(row.name));
  places.names_right += kMargin;
  std::int64_t right = places.names_right + kMargin;
  for (std::size_t s = 0; s < sheet.sources.size(); ++s) {
    places.block_left.push_back(static_cast<int>(std::min<std::int64_t>(right, data::kLargestSide)));
    std::int64_t width = std::max<std::int64_t>(std::int64_t{sheet.each} * (places.cell.width + kGap) - kGap,
                                                text_pixels(sheet.sources[s]));
    for (const auto& row : sheet.rows) {
      if (has_captions(row)) width = std::max<std::int64_t>(width, text_pixels(row.captions.at(s)));
    }
    right += width + kBlockGap;
  }
  const std::int64_t width = right - kBlockGap + kMargin;
  const std::int64_t height =
      2 * kMargin + kHeader + static_cast<std::int64_t>(sheet.rows.size()) * places.row_height - kGap;
  if (width > data::kLargestSide || height > data::kLargestSide || width * height > data::kMostPixels) {
    throw too_large(sheet, width, height);
  }
  places.all = {static_cast<int>(height), static_cast<int>(width)};
  return places;
}

/// All text on white, drawn by gnuplot.
data::Picture draw_text(const std::filesystem::path& path, const ContactSheet& sheet, const Places& places) {
  const auto [height, width] = places.all;
  std::string script = "unset border\nunset tics\nunset key\nset margins 0, 0, 0, 0\n";
  std::size_t tag = 0;
  const auto write = [&](const std::string& text, int x, int y, const char* side, std::string_view colour) {
    script += fmt::format("set label {} {} at screen {},{} {} font size({}) tc rgb '{}'\n", ++tag, gnuplot_text(text),
                          static_cast<double>(x) / width, 1 - static_cast<double>(y) / height, side, kFont, colour);
  };
  for (std::size_t s = 0; s < sheet.sources.size(); ++s) {
    write(sheet.sources[s], places.block_left[s], kMargin + kHeader / 2 - 3, "left", kInk);
  }
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    write(sheet.rows[r].name, places.names_right, places.row_middle(r), "right", kInk);
    const auto& captions = sheet.rows[r].captions;
    for (std::size_t s = 0; s < captions.size(); ++s) {
      write(captions[s], places.block_left[s], places.row_top(r + 1) - kGap - kCaption / 2 - 2, "left", kInk);
    }
  }
  script += "plot [0:1] [0:1] NaN notitle";
  data::Picture picture;
  data::decode_image(draw_png(path, width, height, script), picture);
  if (picture.shape != places.all) throw Error("gnuplot drew a picture of another size than it was asked for");
  return picture;
}

/// Sets an image into the picture with its upper left corner at (left, top).
void paste(std::span<const std::uint8_t> image, data::ImageShape shape, data::ImageShape cell, data::Picture& picture,
           int left, int top) {
  const std::size_t row_bytes = std::size_t{3} * picture.shape.width;
  std::uint8_t* const to = picture.pixels.data() + static_cast<std::size_t>(top) * row_bytes + std::size_t{3} * left;
  const data::Box whole{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  const data::Filter filter = cell.height > shape.height ? data::Filter::nearest : data::Filter::bicubic;
  data::resample(image.data(), shape, whole, filter, cell, to, row_bytes);
}

}  // namespace

data::ImageShape sheet_cell(data::ImageShape shape) {
  const int longer = std::max(shape.height, shape.width);
  if (longer <= kEnlargedSide) {
    const int factor = kEnlargedSide / longer;
    return {shape.height * factor, shape.width * factor};
  }
  if (longer <= kLargestCell) return shape;
  const auto shrunk = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * kLargestCell / longer)));
  };
  return {shrunk(shape.height), shrunk(shape.width)};
}

void write_contact_sheet(const std::filesystem::path& path, const ContactSheet& sheet) {
  const Places places = lay_out(sheet);
  make_folders(path.parent_path());
  data::Picture picture = draw_text(path, sheet, places);
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    const int top = places.row_middle(r) - places.cell.height / 2;
    for (std::size_t s = 0; s < sheet.sources.size(); ++s) {
      int left = places.block_left[s];
      for (const auto& image : sheet.rows[r].images.at(s)) {
        paste(image, sheet.shape, places.cell, picture, left, top);
        left += places.cell.width + kGap;
      }
    }
  }
  write_file(path, data::encode_png(picture.pixels, picture.shape));
}

}  // namespace ersatz::report
