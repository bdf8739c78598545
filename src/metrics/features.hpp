#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::metrics {

/// Throws Error when `rows`, the set called `name` ("the generated images"), has fewer than `least` rows, no columns,
/// or a value that is NaN, infinite or above 1e15 in size.
void require_features(const Matrix& rows, std::string_view name, std::size_t least = 1);

/// As above for both, and throws Error when they differ in their numbers of columns.
void require_features(const Matrix& one, std::string_view one_name, const Matrix& other, std::string_view other_name,
                      std::size_t least = 1);

/// How many threads share `tasks`: `threads`, or one per core where it is 0, and no more than there are tasks.
unsigned thread_count(unsigned threads, std::size_t tasks);

/// The rows with these numbers, in this order.
Matrix chosen_rows(const Matrix& rows, std::span<const std::uint32_t> chosen);

/// `count` of the numbers 0 .. n-1, without repetition, in random order. The same for the same arguments; `draw` and
/// `purpose` tell draws apart (base/random.hpp).
std::vector<std::uint32_t> random_subset(std::size_t n, std::size_t count, std::string_view purpose,
                                         std::uint32_t draw = 0);

}  // namespace ersatz::metrics
