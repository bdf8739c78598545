#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/import/container.hpp"
#include "data/import/import_options.hpp"

namespace ersatz::fuzzing {

/// Files in memory as a container.
class MemoryContainer : public data::Container {
 public:
  void add(std::string name, std::string_view bytes) {
    files_.push_back({std::move(name), bytes.size()});
    bytes_.push_back(bytes);
  }

  const std::vector<data::ContainerFile>& files() const override { return files_; }
  void read(const std::vector<bool>& wanted,
            const std::function<void(std::size_t, const data::FileContent&)>& take) const override {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (wanted[i]) take(i, {bytes_[i], {}});
    }
  }

 private:
  std::vector<data::ContainerFile> files_;
  std::vector<std::string_view> bytes_;
};

/// Recognises what `container` holds and makes all its images, as an import does, but one after another and without
/// writing them. Images that cannot be made are passed over, as with --skip-broken; other Errors are thrown.
void walk(const data::Container& container, const data::ImportOptions& options = {});

}  // namespace ersatz::fuzzing
