#pragma once

#include "data/import/container.hpp"
#include "data/import/listing.hpp"

namespace ersatz::data {

/// A folder with everything below it, in byte order of the paths. Links to files and folders are
/// followed; a folder that contains itself through a link is entered once.
class FolderReader : public Container {
 public:
  explicit FolderReader(std::filesystem::path folder, const ListingLimits& limits = {});

  const std::vector<ContainerFile>& files() const override { return files_; }
  void read(const std::vector<bool>& wanted,
            const std::function<void(std::size_t index, const FileContent& content)>& take) const override;

 private:
  std::filesystem::path folder_;
  std::vector<ContainerFile> files_;
};

}  // namespace ersatz::data
