#include "study/tiny_data.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <vector>

#include "base/random.hpp"
#include "data/codec/encode_jpeg.hpp"

namespace ersatz::testing {
namespace {

constexpr data::ImageShape kShape{16, 16};
constexpr std::array<const char*, 3> kClasses{"bird", "cat", "dog"};

// Noise, and on average more of the channel that the class is known by.
std::string draw(std::size_t label, const std::string& source, std::uint64_t number) {
  Random random(label, "tiny " + source, 0, number);
  std::vector<std::uint8_t> pixels(kShape.bytes());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(random.below(156) + (i % 3 == label ? 100 : 40));
  }
  return data::encode_jpeg(pixels, kShape, 90);
}

// Not base's write_file(): hundreds of these need not be synced to the disk.
void write_image(const std::filesystem::path& folder, int number, const std::string& bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / fmt::format("{:03}.jpg", number), std::ios::binary) << bytes;
}

}  // namespace

void write_tiny_source(const std::filesystem::path& folder, const TinySource& source) {
  for (std::size_t label = 0; label < kClasses.size(); ++label) {
    for (int i = 0; i < source.train; ++i) {
      write_image(folder / "train" / source.name / kClasses[label], i,
                  draw(label, source.name, static_cast<unsigned>(i)));
    }
    for (int i = 0; i < source.test; ++i) {
      const int number = i < source.copies ? i : 1000 + i;
      write_image(folder / "test" / source.name / kClasses[label], i,
                  draw(label, source.name, static_cast<unsigned>(number)));
    }
  }
}

data::DataSet open_tiny(const std::filesystem::path& folder, const std::filesystem::path& cache) {
  data::ImportOptions options;
  options.cache = cache;
  options.threads = 1;
  return data::open_data_set({folder, {}}, options);
}

}  // namespace ersatz::testing
