#include "forecast/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "study/run_record.hpp"

namespace ersatz::forecast {
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;
constexpr std::size_t kBuildDigits = 12;

fs::path file_in(const fs::path& cache) { return cache / "calibration.json"; }

// Another build may be faster at the same version.
std::string build() {
  try {
    return to_hex(sha256(MappedFile("/proc/self/exe").bytes()), kBuildDigits);
  } catch (const Error&) {
    return "unknown";
  }
}

// All runs that differ in their seed only have the same.
std::string family(study::RunSpec run) {
  run.seed = 0;
  run.train_on.name = "any";  // names are not part of what is trained on
  return run.id();
}

// value[key], an object in any case.
Json& object_at(Json& value, const std::string& key) {
  Json& inner = value[key];
  if (!inner.is_object()) inner = Json::object();
  return inner;
}

const Json* find(const Json* value, const std::string& key) {
  if (value == nullptr || !value->is_object()) return nullptr;
  const auto found = value->find(key);
  return found == value->end() ? nullptr : &*found;
}

// A positive number, or nothing.
std::optional<double> number_at(const Json* value, const std::string& key) {
  const Json* found = find(value, key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  const auto number = found->get<double>();
  return std::isfinite(number) && number > 0 ? std::optional(number) : std::nullopt;
}

}  // namespace

Machine this_machine() {
  const study::Environment environment = study::current_environment();
  return {fmt::format("{}, {} cores", environment.cpu, std::max(1U, std::thread::hardware_concurrency())),
          fmt::format("ersatz {} build {}, oneDNN {}, {}", environment.ersatz, build(), environment.onednn,
                      environment.isa)};
}

bool Calibration::exists(const fs::path& cache) {
  std::error_code code;
  return fs::exists(file_in(cache), code);
}

Calibration::Calibration(const fs::path& cache, Machine machine) : path_(file_in(cache)), machine_(std::move(machine)) {
  try {
    if (exists(cache)) content_ = read_json(path_);
    const Json* format = find(&content_, "format");
    if (format == nullptr || *format != kFormat) content_ = nullptr;
  } catch (const Error&) {  // measured anew
  }
  if (!content_.is_object()) content_ = {{"format", kFormat}};
}

const Json* Calibration::find_speed(const std::string& what) const {
  const Json* machine = find(find(&content_, "machines"), machine_.processor);
  const Json* program = find(machine, "program");
  if (program == nullptr || *program != machine_.program) return nullptr;
  return find(find(machine, "speeds"), what);
}

Json* Calibration::speeds() {
  Json& machine = object_at(object_at(content_, "machines"), machine_.processor);
  const Json* program = find(&machine, "program");
  if (program == nullptr || *program != machine_.program) machine = {{"program", machine_.program}};
  changed_ = true;
  return &object_at(machine, "speeds");
}

std::optional<train::ClassifierSpeed> Calibration::classifier_speed(const std::string& what) const {
  const Json* speed = find_speed(what);
  const auto training = number_at(speed, "training"), validation = number_at(speed, "validation"),
             testing = number_at(speed, "testing"), share = number_at(speed, "share");
  if (!training || !validation || !testing || !share) return std::nullopt;
  return train::ClassifierSpeed{*training, *validation, *testing, *share};
}

std::optional<train::FeatureSpeed> Calibration::feature_speed(const std::string& what) const {
  const Json* speed = find_speed(what);
  const auto images = number_at(speed, "images"), share = number_at(speed, "share");
  if (!images || !share) return std::nullopt;
  return train::FeatureSpeed{*images, *share};
}

void Calibration::set(const std::string& what, const train::ClassifierSpeed& speed) {
  (*speeds())[what] = {{"training", speed.training},
                       {"validation", speed.validation},
                       {"testing", speed.testing},
                       {"share", speed.share}};
}

void Calibration::set(const std::string& what, const train::FeatureSpeed& speed) {
  (*speeds())[what] = {{"images", speed.images}, {"share", speed.share}};
}

void Calibration::remember_epochs(const study::RunSpec& run, int epochs) {
  Json& known = object_at(object_at(content_, "epochs"), family(run))[std::to_string(run.seed)];
  if (known == epochs) return;
  known = epochs;
  changed_ = true;
}

std::optional<double> Calibration::mean_epochs(const study::RunSpec& run) const {
  const Json* runs = find(find(&content_, "epochs"), family(run));
  if (runs == nullptr || !runs->is_object()) return std::nullopt;
  double sum = 0;
  int count = 0;
  for (const auto& [seed, epochs] : runs->items()) {
    const auto number = number_at(runs, seed);
    if (!number) continue;
    sum += *number;
    ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

void Calibration::save() {
  if (!changed_) return;
  try {
    make_folders(path_.parent_path());
    write_json(path_, content_);
    changed_ = false;
  } catch (const Error&) {  // a full disk or a folder that is read only: measured anew next time
  }
}

}  // namespace ersatz::forecast
