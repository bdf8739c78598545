#include <gtest/gtest.h>

#include <string>

#include "base/hash.hpp"

namespace ersatz {
namespace {

std::uint64_t sum_of(const std::string& text, std::uint64_t place = 0) {
  return checksum(std::as_bytes(std::span(text)), place);
}

std::string example(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 37 + 11);
  return text;
}

// Computed by its definition in Python: they are in files, and must never change.
TEST(Checksum, GivesTheKnownAnswers) {
  EXPECT_EQ(sum_of(""), 0xb9b7de19a608ff49ULL);
  EXPECT_EQ(sum_of(example(5)), 0x1fbf854a5920318aULL);
  EXPECT_EQ(sum_of(example(100)), 0x423ef3a3aaadecc5ULL);
  EXPECT_EQ(sum_of(example(100), 7), 0x6b3a1407833b9f69ULL);
}

TEST(Checksum, NoticesEveryBitEveryLengthAndThePlace) {
  for (std::size_t size = 1; size < 100; ++size) {
    const std::string text = example(size);
    const std::uint64_t right = sum_of(text);
    EXPECT_NE(sum_of(text + '\0'), right) << size;
    EXPECT_NE(sum_of(text, 1), right) << size;
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string flipped = text;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      EXPECT_NE(sum_of(flipped), right) << size << ' ' << bit;
    }
  }
}

}  // namespace
}  // namespace ersatz
