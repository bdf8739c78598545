#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "data/import/container.hpp"

namespace ersatz::data {

/// How much a container may list: twice ImageNet. Names are kept in memory, and what only has names must not fill it.
struct ListingLimits {
  std::size_t files = 3'000'000;
  std::size_t name_bytes = std::size_t{256} << 20;  ///< all names together
};

/// The error for a container of more files than `limits` allow.
Error too_many_files(const std::filesystem::path& container, const ListingLimits& limits);

/// The files of a container as they are found. At the limits it takes less than 500 MB.
class Listing {
 public:
  /// `container` is for messages.
  explicit Listing(std::filesystem::path container, const ListingLimits& limits = {});

  /// Throws Error when there are more files, or longer names, than the limits allow.
  void add(std::string path, std::uint64_t size);

  std::size_t size() const { return files_.size(); }
  std::vector<ContainerFile> finish() { return std::move(files_); }

 private:
  std::filesystem::path container_;
  ListingLimits limits_;
  std::size_t name_bytes_ = 0;
  std::vector<ContainerFile> files_;
};

}  // namespace ersatz::data
