#pragma once

namespace ersatz::data {

/// Where index i of a line of n pixels lies when the line is continued by its mirror image on both sides, without
/// repeating the border: -1 -> 1, n -> n - 2. |i| < n, or n <= i < 2n - 1.
inline int mirrored(int i, int n) { return i < 0 ? -i : i < n ? i : 2 * (n - 1) - i; }

}  // namespace ersatz::data
