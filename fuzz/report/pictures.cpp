// The pictures of a page in an output folder: of test images, and of where classifiers look. What is read fits the list
// of test images, and the page can be made of it.

#include "input.hpp"
#include "report/looking_maps.hpp"
#include "report/thumbnails.hpp"
#include "study/output_layout.hpp"

namespace fuzzing = ersatz::fuzzing;
namespace report = ersatz::report;

namespace {

constexpr std::size_t kImages = 3;

void require_fit(const report::Thumbnails& pictures, std::size_t images) {
  fuzzing::require(pictures.columns >= 1 && pictures.rows() >= 0);
  fuzzing::require(pictures.shape.height >= 1 && pictures.stride.height >= pictures.shape.height);
  fuzzing::require(pictures.shape.width >= 1 && pictures.stride.width >= pictures.shape.width);
  for (std::size_t i = 0; i < pictures.images.size(); ++i) {
    fuzzing::require(pictures.images[i] < images && pictures.place_of(pictures.images[i]) == i);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const std::string source = "REAL";
  std::filesystem::create_directories(scratch.path() / "data");
  // fuzz/make-corpus writes the hash of this list into what is read.
  scratch.write(ersatz::study::test_images_file("", source).string(), "image,label\na.png,cat\nb.png,dog\nc.png,cat\n");
  const std::string_view text = fuzzing::text_of(data, size);
  scratch.write(ersatz::study::thumbnails_file("", source).string(), text);
  scratch.write(ersatz::study::maps_file("", source).string(), text);
  fuzzing::one_error_at_most([&] {
    if (const auto read = report::read_thumbnails(scratch.path(), source, kImages)) require_fit(*read, kImages);
  });
  fuzzing::one_error_at_most([&] {
    const auto read = report::read_looking_maps(scratch.path(), source, kImages);
    if (!read) return;
    require_fit(read->pictures, 2 * read->maps.size());
    for (const auto& map : read->maps) fuzzing::require(map.image < kImages);
  });
  return 0;
}
