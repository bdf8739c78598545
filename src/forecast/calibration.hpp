#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "study/run_spec.hpp"
#include "train/speed.hpp"

namespace ersatz::forecast {

/// Where speeds were measured: they hold for nothing else.
struct Machine {
  std::string processor;  ///< model name and number of cores
  std::string program;    ///< version and build of ersatz, version of oneDNN and the instruction set it uses

  bool operator==(const Machine&) const = default;
};
Machine this_machine();

/// What forecasts go by, kept in CACHE/calibration.json (docs/file-formats.md): speeds measured on this
/// machine, and how many epochs finished runs took. A file that cannot be read counts as empty, and
/// one that cannot be written is not: all of it can be measured again.
class Calibration {
 public:
  explicit Calibration(const std::filesystem::path& cache, Machine machine = this_machine());
  /// Whether there is such a file in the cache folder, in which speeds may be.
  static bool exists(const std::filesystem::path& cache);

  /// Nothing when not measured on this machine with this program. `what` says what was measured: everything
  /// besides the machine that the speed depends on.
  std::optional<train::ClassifierSpeed> classifier_speed(const std::string& what) const;
  std::optional<train::FeatureSpeed> feature_speed(const std::string& what) const;
  /// Speeds of this machine's earlier programs are forgotten.
  void set(const std::string& what, const train::ClassifierSpeed& speed);
  void set(const std::string& what, const train::FeatureSpeed& speed);

  /// Remembers how many epochs a finished run took.
  void remember_epochs(const study::RunSpec& run, int epochs);
  /// The mean of the finished runs that differ from this one in their seed only.
  std::optional<double> mean_epochs(const study::RunSpec& run) const;

  /// Writes the file when something was changed.
  void save();

 private:
  Json* speeds();  // of this machine and program
  const Json* find_speed(const std::string& what) const;

  std::filesystem::path path_;
  Machine machine_;
  Json content_;
  bool changed_ = false;
};

}  // namespace ersatz::forecast
