// One image file of any format: its size, the decoder, and resizing with every fit and filter.

#include <array>

#include "data/codec/image_form.hpp"
#include "data/mend.hpp"
#include "input.hpp"
#include "mutate.hpp"

namespace {

using namespace ersatz::data;
namespace fuzzing = ersatz::fuzzing;

/// Which of the settings an input is tried with follows from its length.
Resize resize_of(std::size_t choice) {
  constexpr std::array<ImageShape, 4> kSizes{{{1, 1}, {8, 8}, {17, 32}, {96, 64}}};
  Resize resize;
  resize.fit = static_cast<Fit>(choice % 3);
  resize.filter = static_cast<Filter>(choice / 3 % 5);
  resize.draft = choice / 15 % 2 == 0;
  resize.size = kSizes[choice / 30 % kSizes.size()];
  return resize;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, fuzzing::mend_png);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = fuzzing::text_of(data, size);
  fuzzing::one_error_at_most([&] {
    const ImageShape shape = image_size(file);
    // Large images are slow. Few of them are decoded, but those that are refused need no time.
    constexpr std::size_t kLarge = std::size_t{1} << 22;
    if (shape.bytes() > kLarge && shape.bytes() <= 3 * kMostPixels && size % 32 != 0) return;
    const ImageForm resized{resize_of(size).size, resize_of(size), true};
    std::vector<std::uint8_t> small(resized.shape.bytes());
    fuzzing::one_error_at_most([&] { make_image(file, resized, small.data()); });
    Picture picture;
    decode_image(file, picture);
    fuzzing::require(picture.shape == shape && picture.pixels.size() >= shape.bytes());
    std::vector<std::uint8_t> pixels(shape.bytes());
    fuzzing::require(make_image(file, {shape, {}}, pixels.data()).remarks == picture.remarks);
    picture.pixels.resize(shape.bytes());
    fuzzing::require(picture.pixels == pixels);
  });
  return 0;
}
