#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/augment/augmenter.hpp"
#include "data/data_set.hpp"
#include "data/derive/derive_plan.hpp"
#include "data/derive/derived_folder.hpp"
#include "data/derive/derived_kind.hpp"
#include "data/derive/principal_components.hpp"

namespace ersatz::data {

/// "cat/00001.png"
std::string derived_file_name(const DataSet& set, const PlannedImage& image);

/// Makes the images of a plan and writes them.
class ImageWriter {
 public:
  using Progress = std::function<void(const std::string&, std::optional<double>)>;

  /// Takes what images are drawn from out of `candidates`, where they are drawn. All references must outlive it.
  /// `threads`: 0 for as many as the machine has. Throws Error where the change of pixels would change none, or
  /// Stopped.
  ImageWriter(const DataSet& set, const DerivedKind& kind, std::uint64_t seed, unsigned threads,
              const Candidates& candidates, const std::vector<PlannedImage>& images, const Progress& progress);

  /// Writes them as PNG into folders that are there. Throws Error or Stopped.
  void write_to(DerivedFolder& folder, const Progress& progress) const;

 private:
  void make(const PlannedImage& image, std::vector<std::uint8_t>& pixels) const;

  const DataSet& set_;
  std::uint64_t seed_;
  unsigned threads_;
  const std::vector<PlannedImage>& images_;
  Augmenter augmenter_;
  std::vector<PrincipalComponents> components_;  // of each class
};

}  // namespace ersatz::data
