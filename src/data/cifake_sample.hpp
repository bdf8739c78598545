#pragma once

#include <string_view>

namespace ersatz::data {

// The sample of CIFAKE that the repository brings (data/README.md), known by DataSet::fingerprint, so that its numbers
// are never taken for those of the whole.

inline constexpr std::string_view kCifakeSampleFingerprint =
    "be22fea56fc24b3a2a265dcd8fd8d36475c915548a0c27a475d94ce74f889a6d";

inline constexpr std::string_view kCifakeSampleWarning =
    "SAMPLE of CIFAKE: 24,000 of its 120,000 images (data/cifake-sample.tar.xz). The whole gives other numbers.";

}  // namespace ersatz::data
