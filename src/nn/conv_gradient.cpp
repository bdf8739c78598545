#include "nn/conv_gradient.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "nn/channel_block.hpp"

#ifdef __x86_64__
#include <immintrin.h>
// The f32 versions use nothing of bf16: every processor that oneDNN calls avx512_core runs them.
#define ERSATZ_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#endif

namespace ersatz::nn {
namespace {

constexpr std::int64_t kMostOutputs = 12;  // output channels at a time: 12 x 2 sums stay in registers

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

struct ConvGradient::Impl {
  ConvShape shape;
  std::int64_t positions = 0, in_blocks = 0, out_blocks = 0;
  std::vector<std::int64_t> groups;  // first output channel of each group, and the end
  bool bf16 = false;
  // A word of 32 bits is a float, or the bf16 of an image and of the next one. These hold what is multiplied together,
  // an image or a pair of them, as [1 or 2 blocks][position][channel] and as [group][position][channel of the group].
  std::vector<std::uint32_t> src, diff;
  std::vector<std::uint32_t> row;  // [position][channel] of one row, before it is cut into groups
  std::vector<float> bias;         // sums over the images that are multiplied together

  Impl(const ConvShape& wanted, Precision precision);
  template <typename T>
  void run(const T* src_images, const T* diff_images, float* diff_weights, float* diff_bias);
  template <typename T>
  void pack_src(const T* first, const T* second);
  template <typename T>
  void pack_diff(const T* first, const T* second, float* diff_bias);
  void add_products(float* diff_weights) const;
};

ConvGradient::Impl::Impl(const ConvShape& wanted, Precision precision)
    : shape(wanted),
      positions(wanted.height * wanted.width),
      in_blocks(wanted.in_channels / kChannelBlock),
      out_blocks(block_count(wanted.out_channels)),
      bf16(precision == Precision::bf16) {
  // Groups of nearly the same size: 50 channels are 5 x 10, not 4 x 12 and 2.
  const std::int64_t count = divide_up(shape.out_channels, kMostOutputs);
  for (std::int64_t g = 0; g <= count; ++g) groups.push_back(g * shape.out_channels / count);
  src.resize(static_cast<std::size_t>(positions * shape.in_channels));
  diff.resize(static_cast<std::size_t>(positions * shape.out_channels));
  row.resize(static_cast<std::size_t>(shape.width * out_blocks * kChannelBlock));
  bias.resize(static_cast<std::size_t>(out_blocks * kChannelBlock));
}

#ifdef __x86_64__
namespace {

// The words of 16 channels: lane c = (first image, second image); without a second one, zeros.
ERSATZ_AVX512 inline __m512i words(const std::uint16_t* first, const std::uint16_t* second) {
  const __m512i low = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(first)));
  if (second == nullptr) return low;
  const __m512i high = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(second)));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

ERSATZ_AVX512 inline __m512i words(const float* only, const float*) { return _mm512_loadu_si512(only); }

template <bool kBf16>
ERSATZ_AVX512 inline __m512 multiply_add(__m512 sum, __m512i a, __m512i b) {
  if constexpr (kBf16) return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
}

// One kernel tap's gradient for kOutputs output channels x kBlocks blocks of input channels, summed over the rows
// and columns where both images exist. `diff` advances by kOutputs a position, `src` by kBlocks * kChannelBlock.
template <bool kBf16, int kOutputs, int kBlocks>
ERSATZ_AVX512 void add_tap(const std::uint32_t* src, const std::uint32_t* diff, std::int64_t rows, std::int64_t columns,
                           std::int64_t width, float* sums, std::int64_t out_stride) {
  __m512 sum[kOutputs][kBlocks];
#pragma GCC unroll 12
  for (int o = 0; o < kOutputs; ++o) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) sum[o][b] = _mm512_loadu_ps(sums + o * out_stride + b * kChannelBlock);
  }
  for (std::int64_t y = 0; y < rows; ++y) {
    const std::uint32_t* s = src + y * width * kBlocks * kChannelBlock;
    const std::uint32_t* d = diff + y * width * kOutputs;
    for (std::int64_t x = 0; x < columns; ++x, s += kBlocks * kChannelBlock, d += kOutputs) {
      __m512i in[kBlocks];
#pragma GCC unroll 2
      for (int b = 0; b < kBlocks; ++b) in[b] = _mm512_loadu_si512(s + b * kChannelBlock);
#pragma GCC unroll 12
      for (int o = 0; o < kOutputs; ++o) {
        const __m512i gradient = _mm512_set1_epi32(static_cast<int>(d[o]));
#pragma GCC unroll 2
        for (int b = 0; b < kBlocks; ++b) sum[o][b] = multiply_add<kBf16>(sum[o][b], in[b], gradient);
      }
    }
  }
#pragma GCC unroll 12
  for (int o = 0; o < kOutputs; ++o) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) _mm512_storeu_ps(sums + o * out_stride + b * kChannelBlock, sum[o][b]);
  }
}

using AddTap = void (*)(const std::uint32_t*, const std::uint32_t*, std::int64_t, std::int64_t, std::int64_t, float*,
                        std::int64_t);

template <bool kBf16, int kBlocks, std::size_t... kOutputs>
AddTap choose(std::int64_t outputs, std::index_sequence<kOutputs...>) {
  static constexpr AddTap kAll[] = {add_tap<kBf16, static_cast<int>(kOutputs) + 1, kBlocks>...};
  return kAll[outputs - 1];
}

AddTap tap_function(bool bf16, std::int64_t outputs, std::int64_t blocks) {
  const std::make_index_sequence<kMostOutputs> all;
  if (bf16) return blocks == 2 ? choose<true, 2>(outputs, all) : choose<true, 1>(outputs, all);
  return blocks == 2 ? choose<false, 2>(outputs, all) : choose<false, 1>(outputs, all);
}

}  // namespace

template <typename T>
ERSATZ_AVX512 void ConvGradient::Impl::pack_src(const T* first, const T* second) {
  for (std::int64_t block = 0; block < in_blocks; ++block) {
    // The last block of an odd number stands alone.
    const std::int64_t together = block / 2 * 2 + 1 < in_blocks ? 2 : 1;
    std::uint32_t* to = src.data() + block / 2 * 2 * positions * kChannelBlock + block % 2 * kChannelBlock;
    for (std::int64_t i = 0; i < positions; ++i, first += kChannelBlock, to += together * kChannelBlock) {
      _mm512_storeu_si512(to, words(first, second));
      if (second != nullptr) second += kChannelBlock;
    }
  }
}

template <typename T>
ERSATZ_AVX512 void ConvGradient::Impl::pack_diff(const T* first, const T* second, float* diff_bias) {
  constexpr bool kBf16 = sizeof(T) == 2;
  const __m512i ones = _mm512_set1_epi32(kBf16 ? 0x3f803f80 : 0x3f800000);  // (1, 1) or 1
  const std::int64_t padded = out_blocks * kChannelBlock;
  std::fill(bias.begin(), bias.end(), 0.0F);
  for (std::int64_t y = 0; y < shape.height; ++y) {
    for (std::int64_t block = 0; block < out_blocks; ++block) {
      __m512 sum = _mm512_loadu_ps(bias.data() + block * kChannelBlock);
      for (std::int64_t x = 0; x < shape.width; ++x) {
        const std::int64_t at = ((block * shape.height + y) * shape.width + x) * kChannelBlock;
        const __m512i sixteen = words(first + at, second == nullptr ? nullptr : second + at);
        _mm512_storeu_si512(row.data() + x * padded + block * kChannelBlock, sixteen);
        sum = multiply_add<kBf16>(sum, sixteen, ones);
      }
      _mm512_storeu_ps(bias.data() + block * kChannelBlock, sum);
    }
    for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
      const std::int64_t size = groups[g + 1] - groups[g];
      const auto lanes = static_cast<__mmask16>((1U << size) - 1);
      std::uint32_t* to = diff.data() + groups[g] * positions + y * shape.width * size;
      for (std::int64_t x = 0; x < shape.width; ++x, to += size) {
        _mm512_mask_storeu_epi32(to, lanes, _mm512_maskz_loadu_epi32(lanes, row.data() + x * padded + groups[g]));
      }
    }
  }
  if (diff_bias == nullptr) return;
  for (std::int64_t o = 0; o < shape.out_channels; ++o) diff_bias[o] += bias[static_cast<std::size_t>(o)];
}

void ConvGradient::Impl::add_products(float* diff_weights) const {
  const std::int64_t kernel = shape.kernel, padding = (kernel - 1) / 2;
  const std::int64_t out_stride = kernel * kernel * shape.in_channels;
  for (std::int64_t block = 0; block < in_blocks; block += 2) {
    const std::int64_t together = std::min<std::int64_t>(2, in_blocks - block);
    for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
      const std::int64_t size = groups[g + 1] - groups[g];
      const AddTap add = tap_function(bf16, size, together);
      for (std::int64_t ky = 0; ky < kernel; ++ky) {
        // Output (y, x) meets input (y + ky - padding, x + kx - padding): only where both are in the image.
        const std::int64_t top = std::max<std::int64_t>(0, padding - ky);
        const std::int64_t bottom = std::min(shape.height, shape.height + padding - ky);
        for (std::int64_t kx = 0; kx < kernel; ++kx) {
          const std::int64_t left = std::max<std::int64_t>(0, padding - kx);
          const std::int64_t right = std::min(shape.width, shape.width + padding - kx);
          const std::int64_t at = top * shape.width + left;
          const std::int64_t from = (top + ky - padding) * shape.width + left + kx - padding;
          add(src.data() + (block * positions + from * together) * kChannelBlock,
              diff.data() + groups[g] * positions + at * size, bottom - top, right - left, shape.width,
              diff_weights + groups[g] * out_stride + (ky * kernel + kx) * shape.in_channels + block * kChannelBlock,
              out_stride);
        }
      }
    }
  }
}

template <typename T>
void ConvGradient::Impl::run(const T* src_images, const T* diff_images, float* diff_weights, float* diff_bias) {
  std::fill_n(diff_weights, shape.out_channels * shape.kernel * shape.kernel * shape.in_channels, 0.0F);
  if (diff_bias != nullptr) std::fill_n(diff_bias, shape.out_channels, 0.0F);
  const std::int64_t src_size = in_blocks * positions * kChannelBlock,
                     diff_size = out_blocks * positions * kChannelBlock;
  const std::int64_t together = bf16 ? 2 : 1;
  for (std::int64_t n = 0; n < shape.images; n += together) {
    const bool two = bf16 && n + 1 < shape.images;
    pack_src(src_images + n * src_size, two ? src_images + (n + 1) * src_size : nullptr);
    pack_diff(diff_images + n * diff_size, two ? diff_images + (n + 1) * diff_size : nullptr, diff_bias);
    add_products(diff_weights);
  }
}

void ConvGradient::run(const void* src, const void* diff_dst, float* diff_weights, float* diff_bias) {
  if (impl_->bf16) {
    impl_->run(static_cast<const std::uint16_t*>(src), static_cast<const std::uint16_t*>(diff_dst), diff_weights,
               diff_bias);
  } else {
    impl_->run(static_cast<const float*>(src), static_cast<const float*>(diff_dst), diff_weights, diff_bias);
  }
}

#else  // Elsewhere engine_isa() is below AVX-512, and this is never called.

void ConvGradient::run(const void*, const void*, float*, float*) {}

#endif

bool ConvGradient::possible(Isa isa, Precision precision, const ConvShape& shape) {
  return isa >= (precision == Precision::bf16 ? Isa::avx512_bf16 : Isa::avx512) &&
         shape.in_channels % kChannelBlock == 0;
}

bool ConvGradient::preferred(Isa isa, Precision precision, const ConvShape& shape) {
  return possible(isa, precision, shape) && !(isa == Isa::amx && precision == Precision::bf16);
}

std::size_t ConvGradient::memory_bytes(const ConvShape& shape) {
  const std::int64_t padded = block_count(shape.out_channels) * kChannelBlock;
  const std::int64_t words =
      shape.height * shape.width * (shape.in_channels + shape.out_channels) + (shape.width + 1) * padded;
  return static_cast<std::size_t>(words) * sizeof(std::uint32_t);
}

ConvGradient::ConvGradient(const ConvShape& shape, Precision precision)
    : impl_(std::make_unique<Impl>(shape, precision)) {}
ConvGradient::~ConvGradient() = default;
ConvGradient::ConvGradient(ConvGradient&&) noexcept = default;
ConvGradient& ConvGradient::operator=(ConvGradient&&) noexcept = default;

}  // namespace ersatz::nn
