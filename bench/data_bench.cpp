// Implements: how fast images get from an archive into a batch. The import needs a data set:
//
//   cmake --preset bench && cmake --build --preset bench --target data_bench
//   ERSATZ_BENCH_DATA=cifake.zip build-bench/bench/data_bench
//
// "import" decodes everything into an empty cache; "reopen" finds it there, as the second start of
// a study does. Read times are those of a file that is in memory (one import is run before).

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "data/augment/augmenter.hpp"
#include "data/batch_source.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/codec/resize.hpp"
#include "data/data_set.hpp"
#include "data/pixel_transform.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
constexpr ImageShape kShape{32, 32};

/// Smooth colours with some noise: about as many bytes as a photo has at this size.
std::vector<std::uint8_t> some_pixels(std::uint64_t index) {
  Random random(1, "bench", 0, index);
  std::vector<std::uint8_t> pixels(kShape.bytes());
  const std::uint32_t slope = random.below(6);
  for (std::uint32_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(40 + i % 96 * slope / 3 + i / 96 * 3 + random.below(24));
  }
  return pixels;
}

void decode_jpeg_32x32(benchmark::State& state) {
  std::vector<std::string> files;
  for (std::uint64_t i = 0; i < 64; ++i) files.push_back(encode_jpeg(some_pixels(i), kShape, 75));
  std::vector<std::uint8_t> pixels(kShape.bytes());
  std::size_t at = 0;
  for (auto _ : state) {
    decode_image(files[at++ % files.size()], kShape, pixels.data());
    benchmark::DoNotOptimize(pixels.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_jpeg_32x32);

/// Names are those of bench/peers/pillow_resize.py, which measures the same:
/// resize/WIDTHxHEIGHT_to_WIDTHxHEIGHT/FILTER.
void resize(benchmark::State& state, ImageShape from, ImageShape to, Filter filter) {
  Picture picture;
  picture.shape = from;
  picture.region = {0, 0, static_cast<float>(from.width), static_cast<float>(from.height)};
  Random random(1, "bench");
  for (std::size_t i = 0; i < from.bytes(); ++i) picture.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  std::vector<std::uint8_t> pixels(to.bytes());
  for (auto _ : state) {
    resize_picture(picture, {to, Fit::squash, filter}, pixels.data());
    benchmark::DoNotOptimize(pixels.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
const bool kResizes = [] {
  constexpr std::array<std::pair<ImageShape, ImageShape>, 4> kShapes{
      {{{256, 256}, {32, 32}}, {{512, 512}, {64, 64}}, {{768, 1024}, {224, 224}}, {{32, 32}, {64, 64}}}};
  for (const auto& [from, to] : kShapes) {
    for (const Filter filter : {Filter::bicubic, Filter::lanczos}) {
      const std::string name =
          fmt::format("resize/{}x{}_to_{}x{}/{}", from.width, from.height, to.width, to.height, filter_name(filter));
      benchmark::RegisterBenchmark(name.c_str(), resize, from, to, filter)->Unit(benchmark::kMicrosecond);
    }
  }
  return true;
}();

void transform_32x32(benchmark::State& state, PixelTransform transform) {
  const std::vector<std::uint8_t> pixels = some_pixels(0);
  std::vector<float> values(static_cast<std::size_t>(transform.channel_count()) * 32 * 32);
  for (auto _ : state) {
    transform_pixels(transform, kShape, pixels.data(), values.data());
    benchmark::DoNotOptimize(values.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(transform_32x32, grey, PixelTransform{Channels::grey, 1.0F / 255, {0, 0, 0}, {1, 1, 1}});
BENCHMARK_CAPTURE(transform_32x32, rgb, PixelTransform{Channels::rgb, 1.0F / 255, {0, 0, 0}, {1, 1, 1}});
BENCHMARK_CAPTURE(transform_32x32, bgr_minus_mean,
                  PixelTransform{Channels::bgr, 1, {103.939F, 116.779F, 123.68F}, {1, 1, 1}});

/// One kind with its defaults, done to every image.
void augment_32x32(benchmark::State& state, const std::string& name) {
  const Augmenter augmenter({augmentation_from_json({{"name", name}, {"probability", 1.0}})}, 1);
  std::vector<std::uint8_t> pixels = some_pixels(0);
  std::uint64_t image = 0;
  for (auto _ : state) {
    augmenter.apply(pixels, kShape, 1, image++);
    benchmark::DoNotOptimize(pixels.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
const bool kAugmentations = [] {
  for (const std::string& name : augmentation_names()) {
    benchmark::RegisterBenchmark(("augment_32x32/" + name).c_str(), augment_32x32, name);
  }
  return true;
}();

/// A cache folder that is gone afterwards.
struct BenchCache {
  fs::path path = fs::temp_directory_path() / fmt::format("ersatz-bench-{}", ::getpid());
  BenchCache() { fs::remove_all(path); }
  ~BenchCache() { fs::remove_all(path); }
};

/// Opens $ERSATZ_BENCH_DATA through `cache`; nothing when it is not set.
std::optional<DataSet> open_bench_data(benchmark::State& state, const fs::path& cache) {
  const char* const path = std::getenv("ERSATZ_BENCH_DATA");
  if (path == nullptr) {
    state.SkipWithError("ERSATZ_BENCH_DATA is not set: name a zip, a tar or a folder");
    return std::nullopt;
  }
  DataLocation location;
  location.path = path;
  ImportOptions options;
  options.cache = cache;
  return open_data_set(location, options);
}

std::size_t count_images(const DataSet& set) {
  std::size_t images = 0;
  for (const Source& source : set.sources) {
    for (const Split split : {Split::train, Split::test}) {
      if (const ImageStore* store = source.split(split)) images += store->size();
    }
  }
  return images;
}

void import(benchmark::State& state) {
  const BenchCache cache;
  if (!open_bench_data(state, cache.path)) return;
  std::size_t images = 0;
  for (auto _ : state) {
    state.PauseTiming();
    fs::remove_all(cache.path);
    state.ResumeTiming();
    images += count_images(*open_bench_data(state, cache.path));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(images));
}
BENCHMARK(import)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

void reopen(benchmark::State& state) {
  const BenchCache cache;
  if (!open_bench_data(state, cache.path)) return;
  for (auto _ : state) benchmark::DoNotOptimize(open_bench_data(state, cache.path));
}
BENCHMARK(reopen)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Shuffled batches of 64, as the training loop reads them.
void fill_batches(benchmark::State& state, Channels channels) {
  const BenchCache cache;
  const std::optional<DataSet> set = open_bench_data(state, cache.path);
  if (!set) return;
  PixelTransform transform;
  transform.channels = channels;
  const PixelSource source(select_all(*set->sources.front().train), transform);
  const std::vector<std::uint32_t> order = shuffled_order(source.size(), 1, 1);
  constexpr std::size_t kBatch = 64;
  const auto [c, h, w] = source.shape();
  std::vector<float> batch(kBatch * static_cast<std::size_t>(c) * h * w);
  std::size_t at = 0;
  for (auto _ : state) {
    if (at + kBatch > order.size()) at = 0;
    source.fill(std::span(order).subspan(at, kBatch), 1, batch.data());
    benchmark::DoNotOptimize(batch.data());
    at += kBatch;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK_CAPTURE(fill_batches, grey, Channels::grey);
BENCHMARK_CAPTURE(fill_batches, rgb, Channels::rgb);

}  // namespace
}  // namespace ersatz::data
