#pragma once

#include "base/files.hpp"
#include "data/import/container.hpp"

namespace ersatz::data {

/// One file that holds many images, as a container of itself: a Parquet file or arrays. It is mapped, not read.
class SingleFile : public Container {
 public:
  explicit SingleFile(const std::filesystem::path& path);

  /// Whether `path` is such a file, by its ending or its first bytes.
  static bool is_one(const std::filesystem::path& path);

  const std::vector<ContainerFile>& files() const override { return files_; }
  void read(const std::vector<bool>& wanted,
            const std::function<void(std::size_t index, const FileContent& content)>& take) const override;

 private:
  MappedFile file_;
  std::vector<ContainerFile> files_;
};

}  // namespace ersatz::data
