#include "forecast/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "forecast/verifying.hpp"
#include "models/classifier.hpp"
#include "study/examples.hpp"
#include "study/matching.hpp"
#include "train/memory.hpp"

namespace ersatz::forecast {
namespace {

constexpr std::string_view kAllowMore = "set ERSATZ_MEMORY to let ersatz take more all the same";

std::string numbers(std::size_t needed, const AvailableMemory& available) {
  return fmt::format("{} of memory, and {} are {}", format_bytes(needed), format_bytes(available.bytes),
                     available.limit);
}

/// What runs take; those of one classifier, batch and precision are asked for once.
class RunNeeds {
 public:
  explicit RunNeeds(const study::Session& session) : session_(session) {
    for (const std::string& name : session.plan.test_on) {
      largest_test_ = std::max(largest_test_, session.data.source(name).test->size());
    }
  }

  std::size_t bytes(const study::PlannedRun& run, bool trained) {
    const train::RunImages images{run.training_images, run.validation_images, largest_test_};
    const std::size_t testing = memory_of(run).testing(images);
    if (trained) return testing;
    const std::size_t matched = study::matched_bytes(run.spec.train_on, run.training_images, session_.data.shape);
    std::size_t most = std::max(memory_of(run).training(images) + matched, testing);
    for (const study::PlannedRun& verifying : verifying_runs(run, session_.data)) {
      const train::RunImages judged{run.photographs + run.judged_images, run.validation_images, 0};
      most = std::max(most, memory_of(verifying).training(judged) + judgement_bytes(verifying, session_.data));
    }
    return most;
  }

 private:
  const train::RunMemory& memory_of(const study::PlannedRun& run) {
    const models::Method& method = run.method;
    const nn::Precision precision = study::resolve_precision(*run.spec.settings.precision);
    const Key key{run.spec.classifier, method.batching.size, method.optimizer.momentum, method.optimizer.weight_decay,
                  precision};
    auto known = known_.find(key);
    if (known == known_.end()) {
      const data::DataSet& data = session_.data;
      const models::Classifier classifier =
          models::make_classifier(run.spec.classifier, data.shape, static_cast<int>(data.classes.size()));
      known = known_.emplace(key, train::RunMemory(classifier, method, precision)).first;
    }
    return known->second;
  }

  using Key = std::tuple<std::string, int, double, double, nn::Precision>;

  const study::Session& session_;
  std::size_t largest_test_ = 0;
  std::map<Key, train::RunMemory> known_;
};

void plan_runs(MemoryPlan& plan, const study::Session& session, const std::vector<std::size_t>& todo,
               const std::vector<WorkLeft>& left) {
  RunNeeds needs(session);
  std::vector<std::size_t> all;
  const data::ImageShape shape = session.data.shape;
  for (const std::size_t i : todo) {
    const study::PlannedRun& run = session.plan.runs[i];
    const std::size_t bytes = needs.bytes(run, left[i].trained);
    if (bytes > plan.available.bytes) {
      throw Error(fmt::format("a run of {} ({}x{} images, batch {}) takes {}", run.spec.classifier, shape.width,
                              shape.height, run.method.batching.size, numbers(bytes, plan.available)),
                  fmt::format("choose a smaller batch or smaller images (--size); {}", kAllowMore));
    }
    std::size_t& most = plan.runs[run.spec.classifier];
    most = std::max(most, bytes);
    all.push_back(bytes);
  }
  // Whichever runs come together: those that take most.
  std::sort(all.begin(), all.end(), std::greater<>());
  plan.wanted_bytes = 0;
  plan.workers = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(plan.wanted, all.size()); ++i) {
    plan.wanted_bytes += all[i];
    if (plan.wanted_bytes <= plan.available.bytes) ++plan.workers;
  }
  plan.workers = std::max(1U, plan.workers);
}

void plan_extraction(MemoryPlan& plan, const std::vector<study::MissingFeatures>& features) {
  std::map<std::pair<std::string, nn::Precision>, train::ExtractionMemory> known;  // all images have one shape
  for (const study::MissingFeatures& missing : features) {
    const models::Backbone backbone = models::make_backbone(missing.request.backbone, missing.store->shape());
    const auto [entry, is_new] =
        known.try_emplace({backbone.name, missing.request.precision}, backbone, missing.request.precision);
    if (!is_new) continue;
    const train::ExtractionMemory& memory = entry->second;
    if (memory.with(1) > plan.available.bytes) {
      throw Error(fmt::format("computing the features of {} from {}x{} images takes {}", backbone.name,
                              missing.store->shape().width, missing.store->shape().height,
                              numbers(memory.with(1), plan.available)),
                  fmt::format("choose smaller images (--size); {}", kAllowMore));
    }
    while (memory.with(plan.extraction_threads) > plan.available.bytes) --plan.extraction_threads;
  }
  for (const auto& [key, memory] : known) {
    plan.extraction_bytes = std::max(plan.extraction_bytes, memory.with(plan.extraction_threads));
  }
}

}  // namespace

MemoryPlan plan_memory(const study::Session& session, const std::vector<std::size_t>& todo,
                       const std::vector<WorkLeft>& left, const std::vector<study::MissingFeatures>& features,
                       unsigned jobs, const AvailableMemory& available) {
  MemoryPlan plan;
  plan.available = available;
  plan.wanted = workers_for(jobs, todo.size());
  plan.cores = plan.extraction_threads = std::max(1U, std::thread::hardware_concurrency());
  plan_runs(plan, session, todo, left);
  plan_extraction(plan, features);
  return plan;
}

std::string memory_note(const MemoryPlan& plan) {
  std::string text;
  if (plan.workers < plan.wanted) {
    text = fmt::format("{} runs at a time would take {}: {} at a time", plan.wanted,
                       numbers(plan.wanted_bytes, plan.available), plan.workers);
  }
  if (plan.extraction_threads < plan.cores && plan.extraction_bytes > 0) {
    text +=
        fmt::format("{}features are computed by {} instead of {} threads, because {} are {}", text.empty() ? "" : "; ",
                    plan.extraction_threads, plan.cores, format_bytes(plan.available.bytes), plan.available.limit);
  }
  return text;
}

}  // namespace ersatz::forecast
