#include "metrics/products.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/isa.hpp"
#include "base/stop.hpp"
#include "base/threads.hpp"

namespace ersatz::metrics {
namespace {

// The product of two blocks goes through tiles of kTileRows x (two vectors), whose sums stay in registers (Goto and
// van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008). Both blocks are packed before:
// in the order in which tiles read them.
constexpr std::size_t kTileRows = 6, kDepth = 256;
static_assert(kBlockRows % kTileRows == 0);

template <typename T, std::size_t kBytes>
struct Tile {
  // (As memory has them: not aligned.)
  typedef T Vector __attribute__((vector_size(kBytes), aligned(sizeof(T)), may_alias));
  static constexpr std::size_t kLanes = kBytes / sizeof(T), kColumns = 2 * kLanes;

  // sums += a [depth, kTileRows] transposed x b [depth, kColumns], or = where it is the first.
  [[gnu::always_inline]] static inline void multiply(const T* a, const T* b, std::size_t depth, T* sums, bool first) {
    typedef T Register __attribute__((vector_size(kBytes)));
    Register s00{}, s01{}, s10{}, s11{}, s20{}, s21{}, s30{}, s31{}, s40{}, s41{}, s50{}, s51{};
    for (std::size_t k = 0; k < depth; ++k, a += kTileRows, b += kColumns) {
      const Register b0 = *reinterpret_cast<const Vector*>(b), b1 = *reinterpret_cast<const Vector*>(b + kLanes);
      s00 += a[0] * b0;
      s01 += a[0] * b1;
      s10 += a[1] * b0;
      s11 += a[1] * b1;
      s20 += a[2] * b0;
      s21 += a[2] * b1;
      s30 += a[3] * b0;
      s31 += a[3] * b1;
      s40 += a[4] * b0;
      s41 += a[4] * b1;
      s50 += a[5] * b0;
      s51 += a[5] * b1;
    }
    const auto store = [&](std::size_t row, const Register& left, const Register& right)
        __attribute__((always_inline)) {
      auto* to = reinterpret_cast<Vector*>(sums + row * kBlockColumns);
      auto* beside = reinterpret_cast<Vector*>(sums + row * kBlockColumns + kLanes);
      *to = first ? left : *to + left;
      *beside = first ? right : *beside + right;
    };
    store(0, s00, s01);
    store(1, s10, s11);
    store(2, s20, s21);
    store(3, s30, s31);
    store(4, s40, s41);
    store(5, s50, s51);
  }

  [[gnu::always_inline]] static inline void multiply_blocks(const T* a, const T* b, std::size_t depth,
                                                            std::size_t row_tiles, std::size_t column_tiles, T* out,
                                                            bool first) {
    for (std::size_t j = 0; j < column_tiles; ++j) {
      for (std::size_t i = 0; i < row_tiles; ++i) {
        multiply(a + i * kTileRows * depth, b + j * kColumns * depth, depth,
                 out + i * kTileRows * kBlockColumns + j * kColumns, first);
      }
    }
  }
};

template <typename T>
using MultiplyBlocks = void (*)(const T*, const T*, std::size_t, std::size_t, std::size_t, T*, bool);

template <typename T>
void multiply_narrow(const T* a, const T* b, std::size_t depth, std::size_t m, std::size_t n, T* out, bool first) {
  Tile<T, 16>::multiply_blocks(a, b, depth, m, n, out, first);
}
#ifdef __x86_64__
// base/vectorised.hpp has AVX2 without fused multiply-add, for the sake of old bits. There are none here.
template <typename T>
[[gnu::target("avx2,fma")]] void multiply_avx2(const T* a, const T* b, std::size_t depth, std::size_t m, std::size_t n,
                                               T* out, bool first) {
  Tile<T, 32>::multiply_blocks(a, b, depth, m, n, out, first);
}
template <typename T>
[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]] void multiply_avx512(const T* a, const T* b,
                                                                                    std::size_t depth, std::size_t m,
                                                                                    std::size_t n, T* out, bool first) {
  Tile<T, 64>::multiply_blocks(a, b, depth, m, n, out, first);
}
#endif

template <typename T>
struct Kernel {
  MultiplyBlocks<T> multiply = multiply_narrow<T>;
  std::size_t tile_columns = Tile<T, 16>::kColumns;
};

template <typename T>
Kernel<T> best_kernel() {
#ifdef __x86_64__
  if (loop_isa() >= Isa::avx512) return {multiply_avx512<T>, Tile<T, 64>::kColumns};
  if (loop_isa() == Isa::avx2 && __builtin_cpu_supports("fma")) return {multiply_avx2<T>, Tile<T, 32>::kColumns};
#endif
  return {};
}

// Columns begin .. begin+depth of `count` rows from `first`, in groups of `group` rows: [group of rows][column][row].
// What is beyond the last row is 0.
template <typename T>
void pack(const Matrix& rows, const ProductOptions& options, std::size_t first, std::size_t count, std::size_t begin,
          std::size_t depth, std::size_t group, T* packed) {
  for (std::size_t r = 0; r < (count + group - 1) / group * group; ++r) {
    T* to = packed + r / group * group * depth + r % group;
    const float* from = rows.values.data() + (first + r) * rows.columns + begin;
    if (r >= count) {
      for (std::size_t k = 0; k < depth; ++k) to[k * group] = 0;
    } else if (options.centre.empty()) {
      const T mean = options.means.empty() ? 0 : static_cast<T>(options.means[first + r]);
      for (std::size_t k = 0; k < depth; ++k) to[k * group] = static_cast<T>(from[k]) - mean;
    } else {
      const float* centre = options.centre.data() + begin;
      for (std::size_t k = 0; k < depth; ++k) to[k * group] = static_cast<T>(from[k]) - static_cast<T>(centre[k]);
    }
    if (r >= count || options.scales.empty()) continue;
    for (std::size_t k = 0; k < depth; ++k) to[k * group] *= static_cast<T>(options.scales[begin + k]);
  }
}

template <typename T>
class Multiplier {
 public:
  Multiplier(const Matrix& one, const Matrix& other, const ProductOptions& options)
      : one_(one), other_(other), options_(options), kernel_(best_kernel<T>()) {
    const std::size_t most_rows = std::min((one.rows + kTileRows - 1) / kTileRows * kTileRows, kBlockRows);
    a_.resize(most_rows * one.columns);
    b_.resize(kBlockColumns * std::min(kDepth, one.columns));
    out_.resize(kBlockRows * kBlockColumns);
  }

  void block_row(std::size_t first, unsigned thread, const std::function<void(const Block<T>&)>& visit) {
    const std::size_t rows = std::min(kBlockRows, one_.rows - first), row_tiles = (rows + kTileRows - 1) / kTileRows;
    const std::size_t width = one_.columns;
    for (std::size_t k = 0; k < width; k += kDepth) {
      pack(one_, options_, first, rows, k, std::min(kDepth, width - k), kTileRows,
           a_.data() + row_tiles * kTileRows * k);
    }
    for (std::size_t column = options_.from_diagonal_on ? first : 0; column < other_.rows; column += kBlockColumns) {
      if (stop_requested()) throw Stopped();
      const std::size_t columns = std::min(kBlockColumns, other_.rows - column);
      const std::size_t column_tiles = (columns + kernel_.tile_columns - 1) / kernel_.tile_columns;
      for (std::size_t k = 0; k < width; k += kDepth) {
        const std::size_t depth = std::min(kDepth, width - k);
        pack(other_, options_, column, columns, k, depth, kernel_.tile_columns, b_.data());
        kernel_.multiply(a_.data() + row_tiles * kTileRows * k, b_.data(), depth, row_tiles, column_tiles, out_.data(),
                         k == 0);
      }
      visit({first, rows, column, columns, out_.data(), thread, column + columns == other_.rows});
    }
  }

 private:
  const Matrix &one_, &other_;
  const ProductOptions& options_;
  Kernel<T> kernel_;
  std::vector<T> a_, b_, out_;
};

}  // namespace

template <typename T>
void for_each_block(const Matrix& one, const Matrix& other, const ProductOptions& options,
                    const std::function<void(const Block<T>&)>& visit) {
  std::atomic<std::size_t> next = 0;
  in_threads(options.threads, [&](unsigned thread) {
    Multiplier<T> multiplier(one, other, options);
    for (std::size_t first = 0; (first = next.fetch_add(kBlockRows)) < one.rows;) {
      multiplier.block_row(first, thread, visit);
    }
  });
}

template <typename T>
std::vector<double> squared_lengths(const Matrix& rows, std::span<const float> centre) {
  std::vector<double> squares(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const T value = static_cast<T>(row[c]) - (centre.empty() ? 0 : static_cast<T>(centre[c]));
      squares[i] += static_cast<double>(value) * static_cast<double>(value);
    }
  }
  return squares;
}

std::vector<float> mean_row(const Matrix& rows) {
  std::vector<double> sums(rows.columns);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) sums[c] += static_cast<double>(row[c]);
  }
  std::vector<float> mean;
  mean.reserve(sums.size());
  for (const double sum : sums) mean.push_back(static_cast<float>(sum / static_cast<double>(rows.rows)));
  return mean;
}

template void for_each_block<float>(const Matrix&, const Matrix&, const ProductOptions&,
                                    const std::function<void(const Block<float>&)>&);
template void for_each_block<double>(const Matrix&, const Matrix&, const ProductOptions&,
                                     const std::function<void(const Block<double>&)>&);
template std::vector<double> squared_lengths<float>(const Matrix&, std::span<const float>);
template std::vector<double> squared_lengths<double>(const Matrix&, std::span<const float>);

}  // namespace ersatz::metrics
