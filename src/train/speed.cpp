#include "train/speed.hpp"

#include <time.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"
#include "train/extraction.hpp"
#include "train/predict.hpp"
#include "train/test_views.hpp"

namespace ersatz::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 0.3;  // that one rate is measured for, at least

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Time that this thread had a core.
double computing_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Rate {
  double images = 0;     // per second of computing
  double computing = 0;  // seconds it had a core
  double passed = 0;     // seconds on the wall
};

/// Calls `step` for a while, which handles a batch of `images` each time. The first call touches memory for
/// the first time and does not count, unless it alone takes long enough.
Rate rate_of(int images, const std::function<void()>& step) {
  Rate rate;
  int steps = 0;
  const auto go_on = [&](double until) {
    const Clock::time_point start = Clock::now();
    const double before = computing_seconds();
    for (steps = 0; steps == 0 || seconds_since(start) < until; ++steps) {
      if (stop_requested()) throw Stopped();
      step();
    }
    rate.passed = seconds_since(start);
    rate.computing = computing_seconds() - before;
  };
  go_on(0);
  if (rate.passed < kSeconds) go_on(kSeconds);
  rate.images = steps * static_cast<double>(images) / rate.computing;
  return rate;
}

/// Runs `work` in threads of one computing thread each. It calls meet() where all must have come
/// before any goes on. The first problem of any of them is thrown.
void side_by_side(unsigned threads,
                  const std::function<void(unsigned thread, const std::function<void()>& meet)>& work) {
  std::barrier meeting(static_cast<std::ptrdiff_t>(threads));
  std::exception_ptr problem;
  std::mutex mutex;
  std::vector<std::thread> all;
  for (unsigned i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      try {
        nn::set_thread_count(1);
        work(i, [&] { meeting.arrive_and_wait(); });
      } catch (...) {
        const std::lock_guard guard(mutex);
        if (!problem) problem = std::current_exception();
      }
      meeting.arrive_and_drop();  // who is done, or failed, is not waited for
    });
  }
  for (std::thread& thread : all) thread.join();
  if (problem) std::rethrow_exception(problem);
}

/// Stands for the features of a backbone: speed does not depend on what they are.
class RandomFeatures : public data::BatchSource {
 public:
  explicit RandomFeatures(int features)
      : features_(static_cast<std::size_t>(features)), values_(kExamples * features_), labels_(kExamples, 0) {
    Random random(1, "random features");
    for (float& value : values_) value = random.uniform();
  }
  std::array<int, 3> shape() const override { return {static_cast<int>(features_), 1, 1}; }
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int /*epoch*/, float* out) const override {
    for (const std::uint32_t i : indices) out = std::copy_n(values_.data() + i * features_, features_, out);
  }

 private:
  static constexpr std::size_t kExamples = 4096;
  std::size_t features_;
  std::vector<float> values_;
  std::vector<std::int32_t> labels_;
};

/// The first of these images, after their memory was touched: a run maps the pages of its store once, in its
/// first epoch, and that is not its speed. Of large images some are enough.
data::Selection warm(const data::Selection& images) {
  constexpr std::size_t kMostBytes = 256'000'000, kPage = 4096;
  const std::size_t count = std::min(images.size(), std::max<std::size_t>(1, kMostBytes / images.shape.bytes()));
  data::Selection some{{images.images.begin(), images.images.begin() + static_cast<std::ptrdiff_t>(count)},
                       {images.labels.begin(), images.labels.begin() + static_cast<std::ptrdiff_t>(count)},
                       images.shape};
  volatile unsigned sum = 0;
  for (const data::ImageReference& image : some.images) {
    for (std::size_t at = 0; at < images.shape.bytes(); at += kPage) sum = sum + image.pixels()[at];
  }
  return some;
}

/// Batch after batch of a source in the order of an epoch, round and round.
class Batches {
 public:
  Batches(const data::BatchSource& source, int batch, unsigned thread)
      : source_(source), batch_(static_cast<std::size_t>(batch)) {
    order_ = data::shuffled_order(source.size(), 1, static_cast<int>(thread) + 1);
    for (std::size_t i = 0; order_.size() < batch_; ++i) order_.push_back(order_[i]);
    labels_.resize(batch_);
  }

  void fill(std::span<float> out) {
    if (at_ + batch_ > order_.size()) at_ = 0;
    const auto indices = std::span<const std::uint32_t>(order_).subspan(at_, batch_);
    at_ += batch_;
    source_.fill(indices, 1, out.data());
    for (std::size_t i = 0; i < batch_; ++i) labels_[i] = source_.labels()[indices[i]];
  }
  std::span<const std::int32_t> labels() const { return labels_; }

 private:
  const data::BatchSource& source_;
  std::size_t batch_, at_ = 0;
  std::vector<std::uint32_t> order_;
  std::vector<std::int32_t> labels_;
};

/// The rates of one thread in the order in which a run needs them.
class Measurement {
 public:
  Measurement(const models::Classifier& classifier, const models::Method& method, const data::BatchSource& examples,
              nn::Precision precision, unsigned thread, const std::function<void()>& meet)
      : classifier_(classifier),
        method_(method),
        examples_(examples),
        precision_(precision),
        thread_(thread),
        meet_(meet),
        weights_(models::initial_weights(classifier, 1)) {}

  ClassifierSpeed run() {
    train();
    test();
    speed_.share = computing_ / passed_;
    return speed_;
  }

 private:
  Rate measure(int images, const std::function<void()>& step) {
    meet_();
    const Rate rate = rate_of(images, step);
    computing_ += rate.computing;
    passed_ += rate.passed;
    return rate;
  }

  void train() {
    const int batch = method_.batching.size;
    nn::Network network(classifier_.network, {batch, precision_, true});
    network.set_weights(weights_);
    nn::Sgd optimizer(network, method_.optimizer);
    // Batch normalisation is validated with a network of its own.
    std::optional<nn::Network> validator;
    if (nn::has_batch_norm(classifier_.network)) {
      validator.emplace(classifier_.network, nn::NetworkOptions{kTestBatch, precision_, false});
    }
    Batches batches(examples_, batch, thread_), tests(examples_, kTestBatch, thread_);
    const auto forward = [&](std::span<float> gradients) {
      batches.fill(network.input());
      network.forward();
      nn::softmax_cross_entropy(network.outputs(), batches.labels(), network.output_size(), gradients);
    };
    const auto train_step = [&] {
      forward(network.output_gradients());
      network.backward();
      optimizer.step(0);  // costs as much as any other rate, and nothing can diverge
    };
    speed_.training = measure(batch, train_step).images;
    const auto validate_step = [&] {
      if (!validator) return forward({});
      tests.fill(validator->input());
      validator->forward();
    };
    speed_.validation = measure(validator ? kTestBatch : batch, validate_step).images;
  }

  // After training, as in a run: the memory of the one is free before the other takes its own.
  void test() {
    nn::Network network(classifier_.network, {kTestBatch, nn::Precision::f32, false});
    network.set_weights(weights_);
    Batches tests(examples_, kTestBatch, thread_);
    std::vector<float> probabilities(network.outputs().size());
    const auto test_step = [&] {
      tests.fill(network.input());
      if (method_.views == models::TestViews::plain) {
        network.forward();
        nn::softmax(network.outputs(), network.output_size(), probabilities);
      } else {
        nn::softmax(forward_views(network, classifier_.network.input), network.output_size(), probabilities);
      }
    };
    speed_.testing = measure(kTestBatch, test_step).images;
  }

  const models::Classifier& classifier_;
  const models::Method& method_;
  const data::BatchSource& examples_;
  nn::Precision precision_;
  unsigned thread_;
  const std::function<void()>& meet_;
  nn::NamedTensors weights_;
  ClassifierSpeed speed_;
  double computing_ = 0, passed_ = 0;
};

}  // namespace

ClassifierSpeed measure_classifier(const models::Classifier& classifier, const models::Method& method,
                                   const data::Selection& images, const SpeedOptions& options) {
  std::unique_ptr<data::BatchSource> examples;
  if (classifier.backbone) {
    examples = std::make_unique<RandomFeatures>(classifier.backbone->features);
  } else {
    examples = std::make_unique<data::PixelSource>(warm(images), classifier.transform);
  }
  std::vector<ClassifierSpeed> seen(options.threads);
  side_by_side(options.threads, [&](unsigned thread, const std::function<void()>& meet) {
    seen[thread] = Measurement(classifier, method, *examples, options.precision, thread, meet).run();
  });
  ClassifierSpeed mean{0, 0, 0, 0};
  for (const ClassifierSpeed& speed : seen) {
    mean.training += speed.training / options.threads;
    mean.validation += speed.validation / options.threads;
    mean.testing += speed.testing / options.threads;
    mean.share += speed.share / options.threads;
  }
  return mean;
}

FeatureSpeed measure_features(const models::Backbone& backbone, const data::Selection& images,
                              const SpeedOptions& options) {
  const data::PixelSource examples(warm(images), {});
  const nn::NamedTensors weights = models::initial_weights(backbone.network, 1);
  std::vector<FeatureSpeed> seen(options.threads);
  side_by_side(options.threads, [&](unsigned thread, const std::function<void()>& meet) {
    nn::Network network(backbone.network, {kFeatureBatch, options.precision, false});
    network.set_weights(weights);
    Batches batches(examples, kFeatureBatch, thread);
    meet();
    const Rate rate = rate_of(kFeatureBatch, [&] {
      batches.fill(network.input());
      network.forward();
    });
    seen[thread].images = rate.images;
    seen[thread].share = rate.computing / rate.passed;
  });
  FeatureSpeed all{0, 0};
  for (const FeatureSpeed& speed : seen) {
    all.images += speed.images / options.threads;
    all.share += speed.share / options.threads;
  }
  return all;
}

}  // namespace ersatz::train
