#include "train/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "nn/network.hpp"
#include "train/shard_file.hpp"

namespace ersatz::train {
namespace {

constexpr int kBatch = kFeatureBatch;
constexpr std::size_t kShard = kFeatureShard;

/// What the threads of one extraction share.
class Extraction {
 public:
  Extraction(const data::ImageStore& store, const models::Backbone& backbone, const models::PretrainedWeights& weights,
             nn::Precision precision, ShardFile& file, const FeatureOptions& options)
      : store_(store), backbone_(backbone), weights_(weights), precision_(precision), file_(file), options_(options) {
    for (std::size_t shard = 0; shard < file.shards(); ++shard) {
      if (file.done(shard)) done_ += shard_size(shard);
    }
  }

  void run(unsigned threads) {
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([this] { work(); });
    }
    for (std::thread& worker : workers) worker.join();
    if (problem_) std::rethrow_exception(problem_);
  }

 private:
  std::size_t shard_size(std::size_t shard) const { return std::min(kShard, store_.size() - shard * kShard); }

  void work() {
    try {
      nn::set_thread_count(1);
      nn::Network network(backbone_.network, {kBatch, precision_, false});
      network.set_weights(weights_.tensors);
      std::vector<float> rows;
      for (std::size_t shard = next_++; shard < file_.shards() && !failed_; shard = next_++) {
        if (file_.done(shard)) continue;
        compute(network, shard, rows);
        const std::lock_guard guard(mutex_);
        file_.write(shard, rows);
        done_ += shard_size(shard);
        if (options_.on_progress) options_.on_progress(done_, store_.size());
      }
    } catch (...) {
      const std::lock_guard guard(mutex_);
      failed_ = true;
      if (!problem_) problem_ = std::current_exception();
    }
  }

  void compute(nn::Network& network, std::size_t shard, std::vector<float>& rows) const {
    const std::size_t first = shard * kShard, count = shard_size(shard);
    const std::size_t features = static_cast<std::size_t>(backbone_.features);
    const std::size_t values = backbone_.network.input.size();
    rows.resize(count * features);
    for (std::size_t at = 0; at < count; at += kBatch) {
      if (stop_requested()) throw Stopped();
      const std::size_t images = std::min<std::size_t>(kBatch, count - at);
      for (std::size_t i = 0; i < images; ++i) {
        data::transform_pixels(weights_.transform, store_.shape(), store_.image(first + at + i).data(),
                               network.input().data() + i * values);
      }
      network.forward();
      std::copy_n(network.outputs().begin(), images * features,
                  rows.begin() + static_cast<std::ptrdiff_t>(at * features));
    }
  }

  const data::ImageStore& store_;
  const models::Backbone& backbone_;
  const models::PretrainedWeights& weights_;
  nn::Precision precision_;
  ShardFile& file_;
  const FeatureOptions& options_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // guards file_, done_, problem_ and the callback
  std::size_t done_ = 0;
  std::exception_ptr problem_;
};

}  // namespace

void extract_features(const data::ImageStore& store, const models::Backbone& backbone,
                      const models::PretrainedWeights& weights, nn::Precision precision, std::string_view description,
                      const std::filesystem::path& path, const FeatureOptions& options) {
  std::string header(description);
  header += '\n';
  if (header.size() > kFeatureHeader) throw Error("the description of the features is too long");
  header.resize(kFeatureHeader, '\0');
  const std::size_t shards = (store.size() + kShard - 1) / kShard;
  ShardFile file(path, header, shards, kShard * static_cast<std::size_t>(backbone.features) * sizeof(float));
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned threads = options.threads > 0 ? options.threads : cores;
  Extraction(store, backbone, weights, precision, file, options)
      .run(shards < threads ? static_cast<unsigned>(shards) : threads);
  file.commit([&](std::span<const std::byte> bytes) {
    return feature_checks(bytes, store.size(), static_cast<std::size_t>(backbone.features));
  });
}

}  // namespace ersatz::train
