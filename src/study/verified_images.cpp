#include "study/verified_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "stats/neighbours.hpp"
#include "study/keep_order.hpp"
#include "train/verifier_cache.hpp"

namespace ersatz::study {
namespace {

/// The verifiers of a run, by classifier: found when they are asked for first.
class Verifiers {
 public:
  Verifiers(const RunSpec& spec, int classes, const std::filesystem::path& cache,
            const std::function<void(const std::string&)>& on_warning, const TrainingExamples& chosen)
      : spec_(spec), classes_(classes), cache_(cache), on_warning_(on_warning), chosen_(chosen) {}

  const train::Verifier& operator[](const VerifierChoice& choice) {
    const auto known = found_.find(choice.classifier);
    if (known != found_.end()) return known->second;
    const data::Selection photographs = chosen_of(spec_.train_on, chosen_, choice.photographs);
    const train::VerifierRequest request{choice.classifier, classes_, spec_.seed, cache_};
    return found_.emplace(choice.classifier, train::find_verifier(request, photographs, on_warning_)).first->second;
  }

 private:
  const RunSpec& spec_;
  int classes_;
  const std::filesystem::path& cache_;
  const std::function<void(const std::string&)>& on_warning_;
  const TrainingExamples& chosen_;
  std::map<std::string, train::Verifier> found_;
};

// The mean over both networks of the distance to the nearest photograph that the network has not seen.
std::vector<double> photograph_distances(const train::Verifier& verifier, const data::Selection& images) {
  std::vector<double> mean(images.size(), 0);
  for (const std::size_t network : {std::size_t{0}, std::size_t{1}}) {
    const data::Selection& photographs = verifier.unseen_by(network);
    const std::vector<double> distances = stats::nearest_distances(
        verifier.features(network, images), images.labels, verifier.features(network, photographs), photographs.labels);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += distances[i] / 2;
  }
  return mean;
}

// Both networks' features side by side: the cosine of two rows is the mean of both cosines.
Matrix joint_features(const train::Verifier& verifier, const data::Selection& images) {
  const Matrix first = verifier.features(0, images), second = verifier.features(1, images);
  Matrix both{first.rows, first.columns + second.columns, {}};
  const auto half = static_cast<float>(std::sqrt(0.5));
  for (std::size_t i = 0; i < both.rows; ++i) {
    for (const Matrix* part : {&first, &second}) {
      for (const float value : part->row(i)) both.values.push_back(value * half);
    }
  }
  return both;
}

std::vector<double> random_scores(const data::Selection& images, std::uint64_t seed) {
  std::vector<double> scores;
  for (const data::ImageReference& image : images.images) {
    scores.push_back(Random(seed, "keep at random", 0, image.index)());
  }
  return scores;
}

std::vector<double> scores_of(const Keep& keep, const data::Selection& images, std::uint64_t seed,
                              Verifiers& verifiers) {
  switch (keep.by) {
    case KeepBy::random: return random_scores(images, seed);
    case KeepBy::distinct: return stats::distinctness(joint_features(verifiers[keep.verifier], images), images.labels);
    case KeepBy::nearest:
    case KeepBy::farthest: {
      std::vector<double> distances = photograph_distances(verifiers[keep.verifier], images);
      if (keep.by == KeepBy::farthest) return distances;
      for (double& distance : distances) distance = -distance;
      return distances;
    }
    default: return probability_scores(keep, verifiers[keep.verifier].probabilities(images), images.labels);
  }
}

void keep_images(const RunSpec& spec, Verifiers& verifiers, TrainingExamples& chosen) {
  const TrainingSet& set = spec.train_on;
  data::Selection left;
  left.shape = chosen.training.shape;
  std::vector<std::size_t> counts;
  for (const auto& [source, amount] : set.sources) {
    const data::Selection own = chosen_of(set, chosen, source);
    const auto keep = std::ranges::find(set.use.keep, source, [](const auto& one) { return one.first; });
    std::vector<std::uint32_t> places(own.size());
    if (keep == set.use.keep.end()) {
      for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = i;
    } else {
      places = kept_places(keep->second, scores_of(keep->second, own, spec.seed, verifiers), own.labels);
    }
    for (const std::uint32_t i : places) {
      left.images.push_back(own.images[i]);
      left.labels.push_back(own.labels[i]);
    }
    counts.push_back(places.size());
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    chosen.source_images[i] -= chosen.trained_images[i] - counts[i];
    chosen.trained_images[i] = counts[i];
  }
  chosen.training = std::move(left);
}

// (1 - share) of the label, and the share of the teacher's probabilities at the temperature.
std::vector<float> soft_label(const TeacherLabels& labels, std::span<const float> probabilities, std::int32_t label) {
  std::vector<double> taught;
  double sum = 0;
  for (const float p : probabilities) {
    taught.push_back(labels.temperature == 1 ? p : std::pow(static_cast<double>(p), 1 / labels.temperature));
    sum += taught.back();
  }
  std::vector<float> target;
  for (std::size_t c = 0; c < taught.size(); ++c) {
    const double hard = c == static_cast<std::size_t>(label) ? 1 - labels.share : 0;
    target.push_back(static_cast<float>(hard + labels.share * taught[c] / sum));
  }
  return target;
}

void teach(const RunSpec& spec, Verifiers& verifiers, TrainingExamples& chosen) {
  const TeacherLabels& labels = *spec.train_on.use.labels;
  auto soft = std::make_shared<data::SoftLabels>();
  soft->rows.reserve(chosen.training.size());
  for (const auto& [source, amount] : spec.train_on.sources) {
    const data::Selection own = chosen_of(spec.train_on, chosen, source);
    if (source == labels.teacher.photographs) {
      soft->rows.insert(soft->rows.end(), own.size(), 0);
      continue;
    }
    const Matrix probabilities = verifiers[labels.teacher].probabilities(own);
    soft->targets.columns = probabilities.columns;
    for (std::size_t i = 0; i < own.size(); ++i) {
      const std::vector<float> target = soft_label(labels, probabilities.row(i), own.labels[i]);
      soft->targets.values.insert(soft->targets.values.end(), target.begin(), target.end());
      soft->rows.push_back(static_cast<std::uint32_t>(++soft->targets.rows));
    }
  }
  chosen.soft_labels = std::move(soft);
}

}  // namespace

data::Selection chosen_of(const TrainingSet& set, const TrainingExamples& chosen, const std::string& source) {
  data::Selection own;
  own.shape = chosen.training.shape;
  std::ptrdiff_t first = 0;
  for (std::size_t i = 0; i < set.sources.size(); ++i) {
    const auto count = static_cast<std::ptrdiff_t>(chosen.trained_images[i]);
    if (set.sources[i].first == source) {
      const auto images = chosen.training.images.begin() + first;
      const auto labels = chosen.training.labels.begin() + first;
      own.images.assign(images, images + count);
      own.labels.assign(labels, labels + count);
    }
    first += count;
  }
  return own;
}

void verify_images(const RunSpec& spec, int classes, const std::filesystem::path& cache,
                   const std::function<void(const std::string& message)>& on_warning, TrainingExamples& chosen) {
  const ImageUse& use = spec.train_on.use;
  Verifiers verifiers(spec, classes, cache, on_warning, chosen);
  if (!use.keep.empty()) keep_images(spec, verifiers, chosen);
  if (use.labels) teach(spec, verifiers, chosen);
}

std::vector<std::string> verifiers_of(const ImageUse& use) {
  std::vector<std::string> names;
  for (const auto& [source, keep] : use.keep) {
    if (keep.by != KeepBy::random) names.push_back(keep.verifier.classifier);
  }
  if (use.labels) names.push_back(use.labels->teacher.classifier);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void check_verifiers(const TrainingSet& set, const ExampleCounts& counts, const data::DataSet& data,
                     const std::string& real) {
  const std::vector<std::string> names = verifiers_of(set.use);
  const bool photographs_alone = set.sources.size() == 1 && set.sources.front().first == real;
  if (names.empty() || photographs_alone) return;
  const char* key = asks_verifier(set.use.keep) ? "keep" : "labels";
  const auto place = std::ranges::find(set.sources, real, [](const auto& part) { return part.first; });
  if (place == set.sources.end()) {
    throw Error(fmt::format("{}: the training set holds no images of {}, the real source, that a verifier could learn "
                            "from",
                            key, real),
                "add some to it, or name another source under [study] real");
  }
  const std::vector<std::size_t>& photographs =
      counts.of_class.at(static_cast<std::size_t>(place - set.sources.begin()));
  for (std::size_t c = 0; c < data.classes.size(); ++c) {
    const bool judged = std::ranges::any_of(counts.of_class, [&](const auto& sizes) { return sizes.at(c) > 0; });
    if (!judged || photographs.at(c) >= 2) continue;
    throw Error(fmt::format("{}: the training set trains on {} image{} of {} of the class {}: a verifier needs two of "
                            "each class, one for each of its networks",
                            key, photographs[c], photographs[c] == 1 ? "" : "s", real, data.classes[c]),
                fmt::format("ask for more images of {}", real));
  }
  for (const std::string& name : names) {
    try {
      models::make_classifier(name, data.shape, static_cast<int>(data.classes.size()));
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", key, problem.what()), problem.hint());
    }
  }
}

}  // namespace ersatz::study
