#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace ersatz {

/// One block of Philox4x32-10: four random words that are a pure function of counter and key.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A stream of random numbers that depends on (seed, purpose, epoch, index) alone: there is no
/// state to save, and what one part of the program draws never shifts what another draws.
/// Satisfies std::uniform_random_bit_generator, but the standard distributions are not used with
/// it: their results differ between standard libraries.
class Random {
 public:
  using result_type = std::uint32_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  /// `purpose` names what the numbers are for ("shuffle", "weights conv1").
  Random(std::uint64_t seed, std::string_view purpose, std::uint32_t epoch = 0, std::uint64_t index = 0);

  result_type operator()();
  /// Uniform in [0, 1), 24 bits.
  float uniform() { return static_cast<float>((*this)() >> 8) * 0x1p-24F; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  /// Uniform in 0 .. n-1, without bias (Lemire 2019). n > 0.
  std::uint32_t below(std::uint32_t n);
  /// Standard normal (Box and Muller).
  float normal();

  /// Fisher-Yates: every order is equally likely.
  template <typename T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[below(static_cast<std::uint32_t>(i))]);
    }
  }

 private:
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

}  // namespace ersatz
