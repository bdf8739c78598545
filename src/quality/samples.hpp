#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/selection.hpp"

namespace ersatz::quality {

/// Images of one source.
struct Sample {
  std::string source;
  data::Selection images;
};

/// Which images metrics compare: of every source the same number, since nearly all metrics depend on it. Unlike the
/// audit's sample it keeps copies of an image, and classes in the shares that the source has: both are what metrics
/// measure.
struct Samples {
  std::size_t images = 0;      ///< of each
  std::string smallest;        ///< the source that has no more; empty where all have more
  Sample real;                 ///< photographs of the training split
  std::vector<Sample> others;  ///< of the training splits of the other sources, in the order of the data set
  std::vector<std::string> small_sources;  ///< that have too few training images to be compared
  /// As many other photographs: of the test split where it has enough, else of the training split; nothing where there
  /// are too few. What they have is what nothing but chance does to a metric.
  std::optional<data::Selection> more_real;
  bool more_is_test = false;
  std::size_t most_with_more = 0;  ///< the largest number of images for which there are as many other photographs
};

/// Sources with fewer training images are not compared.
inline constexpr std::size_t kFewestImages = 50;

/// At most `most` images of each source, those whose names have the least hashes: the same ones whatever the order of
/// files. Throws Error for an unknown source `real`, and when it has fewer than kFewestImages training images.
Samples draw_samples(const data::DataSet& set, const std::string& real, std::size_t most);

/// Photographs that a generator may have copied, and as many that it cannot have seen.
struct CopySamples {
  data::Selection seen, unseen;
};
/// Of the training and the test split of a source, at most `most` of each. Nothing when either has fewer than
/// kFewestImages. Throws Error for an unknown source.
std::optional<CopySamples> draw_copy_samples(const data::DataSet& set, const std::string& source, std::size_t most);

}  // namespace ersatz::quality
