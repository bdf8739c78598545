#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "stats/interval.hpp"

// Runs of n seeds, each tested on the same N images: two samples that are crossed, of seeds and of images. A mean over
// both would differ with other seeds and with other images, and its interval has to know of both.
//
// It is the analysis of readers (seeds) and cases (images): N. A. Obuchowski, H. E. Rockette, Communications in
// Statistics - Simulation and Computation 24 (1995); S. L. Hillis, Statistics in Medicine 26 (2007).
namespace ersatz::stats {

/// The mean of d[seed, image], what is known of its error, and the mean squares that it is known from.
struct CrossedEstimate {
  std::size_t seeds = 0, images = 0;  ///< n and N
  double mean = 0;
  double of_seeds = 0;        ///< MS_S = N times the variance of the seeds' means; 0 for one seed
  double of_images = 0;       ///< MS_I = n times the variance of the images' means
  double residual = 0;        ///< MS_SI; 0 for one seed
  double standard_error = 0;  ///< sqrt(x / (n N)), x = max(MS_S + max(MS_I - MS_SI, 0), MS_I)
  double df = 0;              ///< x^2 (n - 1) / MS_S^2, at most N - 1

  /// One seed tells nothing about others: the error is then that of the choice of images alone.
  bool images_only() const { return seeds == 1; }
  /// mean +- half_width(level).
  Interval interval(double level = 0.95) const;
  /// t(df) standard_error. Where nothing varies at all, z^2 / (N + z^2): Wilson's bound for what none of N images
  /// shows. Infinite for fewer than 2 images, and where a value is not finite. Throws Error unless 0 < level < 1.
  double half_width(double level = 0.95) const;
  /// Two-sided, of "the mean is 0": below 1 - level exactly where interval(level) leaves out 0.
  double p() const;
};

/// The interval of an accuracy or another share, within 0..1: of one seed Wilson's over the images.
Interval share_interval(const CrossedEstimate& share, double level = 0.95);

/// Whether the mean is shown to lie within -margin..margin: two one-sided tests (D. J. Schuirmann, Journal of
/// Pharmacokinetics and Biopharmaceutics 15, 1987), each at `significance`.
bool is_equivalent(const CrossedEstimate& difference, double margin, double significance = 0.05);

/// Several cells with the same seeds and images. What any weighted sum of them needs is computed once: the three mean
/// squares are quadratic forms of the weights.
class Crossed {
 public:
  /// `values(cell, seed, out)` fills in the N values of one run; each is asked for once. Throws Error when there is no
  /// cell, seed or image. Keeps nothing of the size of the images.
  Crossed(std::size_t cells, std::size_t seeds, std::size_t images,
          const std::function<void(std::size_t cell, std::size_t seed, std::span<double> out)>& values);

  std::size_t cells() const { return totals_.size(); }
  std::size_t seeds() const { return seeds_; }
  std::size_t images() const { return images_; }

  /// Of d = sum of weights[c] x[c]; weights of cells that are left out at the end are 0. Throws Error for more weights
  /// than cells.
  CrossedEstimate contrast(std::span<const double> weights) const;
  CrossedEstimate cell(std::size_t c) const;                                ///< of x[c] itself
  CrossedEstimate difference(std::size_t first, std::size_t second) const;  ///< of x[second] - x[first]

 private:
  struct Squares {
    double of_seeds = 0, of_images = 0, residual = 0;
  };

  std::size_t seeds_, images_;
  std::vector<double> totals_;
  std::vector<Squares> squares_;  ///< [cells, cells]
};

}  // namespace ersatz::stats
