#pragma once

#include <cstdint>
#include <span>

namespace ersatz::stats {

/// Two classifiers on the same test images: the images on which one is right and the other wrong.
struct Discordant {
  std::uint64_t b = 0;  ///< the first is right, the second wrong
  std::uint64_t c = 0;  ///< the first is wrong, the second right
};

/// Counts b and c from the true labels and what both classifiers called the images.
/// Throws Error when the lists differ in length.
Discordant discordant(std::span<const std::int32_t> truth, std::span<const std::int32_t> first,
                      std::span<const std::int32_t> second);

enum class McNemarMethod { exact, chi_square };

struct McNemar {
  std::uint64_t b = 0, c = 0;
  McNemarMethod method = McNemarMethod::exact;
  double statistic = 0;  ///< min(b, c) when exact, else chi-square with one degree of freedom
  double p = 1;          ///< two-sided, 0..1
};

/// With fewer discordant images than this, mcnemar() is exact: the usual rule of thumb for the
/// chi-square approximation. Above it the two p-values differ by less than 0.003 (tested).
inline constexpr std::uint64_t kMcNemarExactBelow = 25;

/// Are both classifiers right equally often? Exact when b + c < kMcNemarExactBelow, otherwise
/// chi-square with continuity correction. Q. McNemar, Psychometrika 12 (1947).
/// It speaks of these two trained models, not of how they were trained: another seed is another model.
McNemar mcnemar(Discordant counts);

/// b of b + c is binomial with 1/2 when both are equally good: p = min(1, 2 P(X <= min(b, c))).
/// p = 1 when b + c = 0.
McNemar mcnemar_exact(Discordant counts);

/// chi-square = (|b - c| - 1)^2 / (b + c) (A. L. Edwards, Psychometrika 13, 1948), or (b - c)^2 / (b + c)
/// uncorrected. The correction never goes beyond b = c, where the statistic is 0 and p = 1.
McNemar mcnemar_chi_square(Discordant counts, bool corrected = true);

}  // namespace ersatz::stats
