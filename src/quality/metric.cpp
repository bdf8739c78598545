#include "quality/metric.hpp"

namespace ersatz::quality {

const std::array<MetricFacts, kMetrics>& metric_facts() {
  static constexpr std::array<MetricFacts, kMetrics> kFacts{{
      {Metric::frechet, "frechet", "Fréchet distance", "means and covariances", Better::lower},
      {Metric::frechet_at_infinity, "frechet_at_infinity", "... without end", "the same of endlessly many images",
       Better::lower},
      {Metric::kernel_distance, "kid", "KID", "means of all products up to the third power", Better::lower},
      {Metric::gaussian_distance, "mmd", "MMD x 1,000", "where images lie, by a Gaussian kernel", Better::lower},
      {Metric::precision, "precision", "precision", "generated images among photographs", Better::higher},
      {Metric::recall, "recall", "recall", "photographs among generated images", Better::higher},
      {Metric::density, "density", "density", "how many photographs are around a generated image", Better::higher},
      {Metric::coverage, "coverage", "coverage", "photographs that have a generated image nearby", Better::higher},
      {Metric::clipped_density, "clipped_density", "clipped density", "share of good images", Better::higher},
      {Metric::clipped_coverage, "clipped_coverage", "clipped coverage", "share of the photographs' variety",
       Better::higher},
      {Metric::vendi, "vendi", "Vendi score", "how many different images it is as good as", Better::higher},
      {Metric::authenticity, "authenticity", "authenticity", "generated images that are no near copies",
       Better::higher},
      {Metric::logistic, "c2st_logistic", "told apart, linear", "accuracy of a logistic regression", Better::half},
      {Metric::neighbours, "c2st_neighbours", "told apart, 5 nearest", "accuracy of the five nearest", Better::half},
  }};
  return kFacts;
}

}  // namespace ersatz::quality
