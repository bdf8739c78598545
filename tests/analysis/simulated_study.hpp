#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/fake_table.hpp"

namespace ersatz::analysis {

/// Studies whose truth is known: runs that share their test images, drawn anew with their images and seeds. What a run
/// takes an image for depends on how easy the image is (for all runs, and for those of a cell), on the run's seed, and
/// on chance, in a latent normal variable; so accuracies of cells are correlated as those of trained classifiers are.
struct SimulatedStudy {
  std::size_t images = 2000, seeds = 5, classes = 10;
  double seed_sd = 0.01;  ///< of a run's accuracy, from seed to seed, on endless test images
  double image_sd = 0.7;  ///< of the latent variable over images, of the 1 that images and chance have together
  double cell_sd = 0.4;   ///< the same of images of one cell alone

  struct TrainingSet {
    double real, fake, accuracy;  ///< images, and about what an endless test set and endless seeds give
  };
  std::vector<TrainingSet> sets;

  /// What is true of a training set, over endless seeds and images.
  struct Truth {
    double accuracy, macro_f1;
    std::vector<double> recall, f1;  ///< [classes]
  };
  Truth truth(std::size_t set) const;

  /// One study of all training sets, tested on REAL: replicate `replicate` of this truth.
  FakeTable draw(std::uint64_t replicate) const;

 private:
  double latent_seed_sd(std::size_t set) const;
  double threshold(std::size_t set, std::size_t c) const;
};

/// Where on the log-linear curve through these points an accuracy lies.
double images_on_curve(const std::vector<double>& images, const std::vector<double>& accuracies, double accuracy);

}  // namespace ersatz::analysis
