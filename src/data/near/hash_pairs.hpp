#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace ersatz::data {

/// Pairs of hashes that differ in at most this many of their 64 bits are found.
inline constexpr int kMostBits = 7;

/// Calls visit(thread, a, b) once for every such pair of indices a < b, from `threads` threads at a time (numbered from
/// 0), in no order. Two hashes with at most seven different bits have one of their eight bytes in common, so only those
/// that share a byte are compared (multi-index hashing: Norouzi, Punjani, Fleet, CVPR 2012). Throws Stopped when a stop
/// is requested, and what `visit` throws.
void for_each_near_pair(std::span<const std::uint64_t> hashes, unsigned threads,
                        const std::function<void(unsigned thread, std::uint32_t a, std::uint32_t b)>& visit);

}  // namespace ersatz::data
