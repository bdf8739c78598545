#include "quality/quality.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "metrics/features.hpp"
#include "metrics/frechet.hpp"
#include "metrics/kernel_distance.hpp"
#include "metrics/neighbourhoods.hpp"
#include "metrics/two_sample.hpp"
#include "metrics/vendi.hpp"

namespace ersatz::quality {
namespace {

constexpr metrics::Estimate kUnknown{std::numeric_limits<double>::quiet_NaN()};

metrics::Estimate& of(Values& values, Metric metric) { return values.at(static_cast<std::size_t>(metric)); }

// The cosine of a row of zeros is not known.
bool has_zero_row(const Matrix& rows) {
  for (std::size_t i = 0; i < rows.rows; ++i) {
    if (std::ranges::all_of(rows.row(i), [](float value) { return value == 0; })) return true;
  }
  return false;
}

metrics::Estimate vendi(const Matrix& rows, unsigned threads) {
  return has_zero_row(rows) || rows.columns > kWidestWithMoments
             ? kUnknown
             : metrics::vendi_score(rows, {rows.columns <= kWidestWithErrors, threads});
}

/// Both matrices have as many rows.
Values measure(const Matrix& real, const Matrix& generated, double sigma, bool whole, unsigned threads) {
  Values values;
  values.fill(kUnknown);
  const bool narrow = real.columns <= kWidestWithErrors;
  if (real.columns <= kWidestWithMoments) {
    of(values, Metric::frechet) = metrics::frechet_distance(real, generated, {narrow, threads});
  }
  // With fewer images the distance is no straight line in 1 / n.
  if (whole && narrow && real.rows >= 4 * real.columns) {
    of(values, Metric::frechet_at_infinity) = metrics::frechet_distance_at_infinity(real, generated, {true, threads});
  }
  of(values, Metric::kernel_distance) = metrics::kernel_inception_distance(real, generated, threads);
  if (sigma > 0) of(values, Metric::gaussian_distance) = metrics::gaussian_distance(real, generated, sigma, threads);
  const metrics::Neighbourhoods near = metrics::neighbourhoods(real, generated, {5, false, threads});
  of(values, Metric::precision) = near.precision;
  of(values, Metric::recall) = near.recall;
  of(values, Metric::density) = near.density;
  of(values, Metric::coverage) = near.coverage;
  of(values, Metric::clipped_density) = near.clipped_density;
  of(values, Metric::clipped_coverage) = near.clipped_coverage;
  of(values, Metric::vendi) = vendi(generated, threads);
  of(values, Metric::authenticity) = metrics::authenticity(real, generated, threads);
  const metrics::TwoSample told = metrics::two_sample(real, generated, threads);
  of(values, Metric::logistic) = told.logistic;
  of(values, Metric::neighbours) = told.nearest_neighbours;
  return values;
}

std::vector<std::uint32_t> rows_of_class(const data::Selection& images, std::int32_t label, std::size_t most) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < images.size() && rows.size() < most; ++i) {
    if (images.labels[i] == label) rows.push_back(i);
  }
  return rows;
}

// Of each class as many images as each of the samples has; all come in an order by chance.
std::vector<std::size_t> class_sizes(const Samples& samples, std::size_t classes) {
  std::vector<std::size_t> sizes;
  for (std::size_t k = 0; k < classes; ++k) {
    const auto count = [&](const data::Selection& images) {
      return static_cast<std::size_t>(std::ranges::count(images.labels, static_cast<std::int32_t>(k)));
    };
    std::size_t least = count(samples.real.images);
    if (samples.more_real) least = std::min(least, count(*samples.more_real));
    // A class that a source lacks has no values there, and does not take those of the others.
    for (const Sample& other : samples.others) {
      if (const std::size_t images = count(other.images); images >= kFewestOfClass) least = std::min(least, images);
    }
    sizes.push_back(least);
  }
  return sizes;
}

/// A sample with its features.
struct Measured {
  const data::Selection& images;
  Matrix rows;
};

class Measuring {
 public:
  Measuring(const data::DataSet& set, const QualityOptions& options, Samples samples, Matrix real, double sigma)
      : set_(set),
        options_(options),
        samples_(std::move(samples)),
        sigma_(sigma),
        real_{samples_.real.images, std::move(real)},
        sizes_(class_sizes(samples_, set.classes.size())) {}

  SourceQuality operator()(const std::string& name, bool photographs, const Measured& generated) const {
    SourceQuality quality{name, photographs, {}, {}};
    options_.on_stage("measuring " + name);
    quality.values = measure(real_.rows, generated.rows, sigma_, true, options_.threads);
    if (!options_.per_class) return quality;
    for (std::size_t k = 0; k < set_.classes.size(); ++k) {
      options_.on_stage("measuring " + name + ", " + set_.classes[k]);
      quality.per_class.push_back(of_class(k, generated));
    }
    return quality;
  }

  const Samples& samples() const { return samples_; }
  const Matrix& real_rows() const { return real_.rows; }

 private:
  ClassQuality of_class(std::size_t k, const Measured& generated) const {
    ClassQuality quality{set_.classes[k], 0, {}};
    quality.values.fill(kUnknown);
    const auto label = static_cast<std::int32_t>(k);
    const auto real = rows_of_class(real_.images, label, sizes_[k]);
    const auto other = rows_of_class(generated.images, label, sizes_[k]);
    if (real.size() != other.size() || real.size() < kFewestOfClass) return quality;
    quality.images = real.size();
    quality.values = measure(metrics::chosen_rows(real_.rows, real), metrics::chosen_rows(generated.rows, other),
                             sigma_, false, options_.threads);
    return quality;
  }

  const data::DataSet& set_;
  const QualityOptions& options_;
  Samples samples_;
  double sigma_;
  Measured real_;
  std::vector<std::size_t> sizes_;
};

std::string name_of(const data::ImageReference& image) { return std::string(image.store->file_name(image.index)); }

Copies find_copies(const Sample& sample, const Matrix& generated, const CopySamples& photographs, const Matrix& seen,
                   const Matrix& unseen, unsigned threads) {
  Copies copies{sample.source, metrics::memorisation(seen, unseen, generated, 20, threads), {}, {}};
  for (const metrics::NearCopy& near : copies.memorisation.nearest) {
    copies.generated.push_back(name_of(sample.images.images[near.generated]));
    copies.seen.push_back(name_of(photographs.seen.images[near.training]));
  }
  return copies;
}

}  // namespace

Quality measure(const data::DataSet& set, const FeatureSpace& features, const QualityOptions& options) {
  Samples drawn = draw_samples(set, options.real, options.images);
  Quality quality;
  quality.features = features.title;
  quality.real = options.real;
  quality.images = drawn.images;
  quality.smallest = drawn.smallest;
  quality.small_sources = drawn.small_sources;
  quality.more_is_test = drawn.more_is_test;
  quality.most_with_more = drawn.most_with_more;
  quality.against = options.against.empty() ? options.real : options.against;
  const auto copy_samples = draw_copy_samples(set, quality.against, options.images);

  const auto rows_of = [&](const std::string& name, const data::Selection& images) {
    options.on_stage("features of " + name);
    return features.rows(images);
  };
  Matrix real = rows_of(options.real, drawn.real.images);
  quality.width = real.columns;
  // Between photographs, so that the width is the same whatever they are compared with.
  quality.sigma = metrics::median_distance(real, real);
  quality.real_vendi = vendi(real, options.threads);
  const Measuring measuring(set, options, std::move(drawn), std::move(real), quality.sigma);
  const Samples& samples = measuring.samples();
  if (samples.more_real) {
    const Measured more{*samples.more_real, rows_of(options.real, *samples.more_real)};
    quality.sources.push_back(measuring(options.real, true, more));
  }
  Matrix seen, unseen;
  if (copy_samples) {
    quality.copy_images = copy_samples->seen.size();
    seen = rows_of(quality.against, copy_samples->seen);
    unseen = rows_of(quality.against, copy_samples->unseen);
  }
  for (const Sample& other : samples.others) {
    const Measured generated{other.images, rows_of(other.source, other.images)};
    quality.sources.push_back(measuring(other.source, false, generated));
    if (!copy_samples || other.source == quality.against) continue;
    options.on_stage("looking for copies in " + other.source);
    quality.copies.push_back(find_copies(other, generated.rows, *copy_samples, seen, unseen, options.threads));
  }
  return quality;
}

}  // namespace ersatz::quality
