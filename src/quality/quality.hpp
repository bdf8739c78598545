#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/authenticity.hpp"
#include "metrics/estimate.hpp"
#include "quality/image_features.hpp"
#include "quality/metric.hpp"
#include "quality/samples.hpp"

namespace ersatz::quality {

/// By metric. A value is NaN where it was not computed.
using Values = std::array<metrics::Estimate, kMetrics>;

/// The images of a class beside as many photographs of it.
struct ClassQuality {
  std::string name;
  std::size_t images = 0;  ///< of each; 0: too few, and no values
  Values values;
};

/// The images of a source beside as many photographs.
struct SourceQuality {
  std::string source;
  bool photographs = false;  ///< other images of the real source: what chance alone does
  Values values;
  std::vector<ClassQuality> per_class;  ///< by class; empty where nobody asked
};

/// Whether images of a source are copies of photographs.
struct Copies {
  std::string source;
  metrics::Memorisation memorisation;
  std::vector<std::string> generated, seen;  ///< file names of the images that memorisation.nearest is of
};

struct Quality {
  std::string features;  ///< FeatureSpace::title
  std::size_t width = 0;
  std::string real;
  std::size_t images = 0;
  std::string smallest;
  std::vector<std::string> small_sources;
  bool more_is_test = false;
  std::size_t most_with_more = 0;  ///< as Samples has it
  double sigma = 0;                ///< of the Gaussian kernel: the median distance between photographs
  metrics::Estimate real_vendi;
  std::vector<SourceQuality> sources;  ///< photographs first, where there are enough of them
  std::string against;                 ///< the source that copies were looked for in
  std::size_t copy_images = 0;         ///< of its two splits each; 0 where one has too few
  std::vector<Copies> copies;
};

struct QualityOptions {
  std::string real;            ///< one of the sources
  std::size_t images = 10000;  ///< at most, of each source
  bool per_class = false;
  std::string against;   ///< whose copies are looked for; empty: those of `real`
  unsigned threads = 0;  ///< 0 = one per core
  std::function<void(const std::string& what)> on_stage = [](const std::string&) {};  ///< before what takes a while
};

/// Features wider than this have no error of the Fréchet distance and none without end: they take many
/// eigendecompositions.
inline constexpr std::size_t kWidestWithErrors = 1024;
/// Wider ones have neither a Fréchet distance nor a Vendi score: a covariance of 12,288 numbers (64 x 64 pixels)
/// takes 1.2 GB.
inline constexpr std::size_t kWidestWithMoments = 4096;
/// Classes with fewer images are not measured by themselves.
inline constexpr std::size_t kFewestOfClass = 20;

/// Measures the training images of each source of `set` beside as many of the real one's. Throws Error as
/// draw_samples() and the features do; Stopped.
Quality measure(const data::DataSet& set, const FeatureSpace& features, const QualityOptions& options);

}  // namespace ersatz::quality
