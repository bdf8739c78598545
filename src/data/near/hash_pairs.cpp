#include "data/near/hash_pairs.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <vector>

#include "base/stop.hpp"
#include "base/threads.hpp"
#include "base/vectorised.hpp"

namespace ersatz::data {
namespace {

constexpr unsigned kBytes = 8;

unsigned byte_of(std::uint64_t hash, unsigned which) { return static_cast<unsigned>(hash >> (8 * which)) & 0xFFU; }

/// Writes the places of those of `others` that are near `hash` to `found` and returns how many there are.
[[gnu::always_inline]] inline std::size_t near_ones(std::uint64_t hash, const std::uint64_t* others, std::size_t count,
                                                    std::uint32_t* found) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found[n] = static_cast<std::uint32_t>(i);
    n += std::popcount(hash ^ others[i]) <= kMostBits ? 1 : 0;
  }
  return n;
}

/// The hashes ordered by one of their bytes.
struct Buckets {
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint32_t> indices;      ///< which each was
  std::array<std::uint32_t, 257> begin{};  ///< of each value of the byte

  Buckets(std::span<const std::uint64_t> all, unsigned byte) : hashes(all.size()), indices(all.size()) {
    for (const std::uint64_t hash : all) ++begin[byte_of(hash, byte) + 1];
    for (std::size_t value = 0; value < 256; ++value) begin[value + 1] += begin[value];
    auto next = begin;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const std::uint32_t place = next[byte_of(all[i], byte)]++;
      hashes[place] = all[i];
      indices[place] = i;
    }
  }
};

/// Whether an earlier byte is the same: the pair was found there.
bool found_before(std::uint64_t different_bits, unsigned byte) {
  for (unsigned earlier = 0; earlier < byte; ++earlier) {
    if (byte_of(different_bits, earlier) == 0) return true;
  }
  return false;
}

}  // namespace

void for_each_near_pair(std::span<const std::uint64_t> hashes, unsigned threads,
                        const std::function<void(unsigned, std::uint32_t, std::uint32_t)>& visit) {
  for (unsigned byte = 0; byte < kBytes; ++byte) {
    const Buckets buckets(hashes, byte);
    std::atomic<std::uint32_t> next{0};
    in_threads(threads, [&](unsigned thread) {
      std::vector<std::uint32_t> found;
      constexpr std::uint32_t kPiece = 256;
      // Pieces of all hashes rather than buckets: buckets may be very uneven.
      for (std::uint32_t piece = kPiece * next++; piece < hashes.size(); piece = kPiece * next++) {
        const auto end_of_piece = std::min<std::uint32_t>(piece + kPiece, static_cast<std::uint32_t>(hashes.size()));
        for (std::uint32_t i = piece; i < end_of_piece; ++i) {
          if (i % 64 == 0 && stop_requested()) throw Stopped();
          const std::uint64_t hash = buckets.hashes[i];
          const std::size_t others = buckets.begin[byte_of(hash, byte) + 1] - (i + 1);
          if (found.size() <= others) found.resize(others + 1);
          const std::size_t count = vectorised<near_ones>(hash, buckets.hashes.data() + i + 1, others, found.data());
          for (std::size_t k = 0; k < count; ++k) {
            const std::size_t other = i + 1 + found[k];
            if (found_before(hash ^ buckets.hashes[other], byte)) continue;
            const auto [low, high] = std::minmax(buckets.indices[i], buckets.indices[other]);
            visit(thread, low, high);
          }
        }
      }
    });
  }
}

}  // namespace ersatz::data
