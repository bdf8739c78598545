#pragma once

#include "base/files.hpp"
#include "data/import/archive_entries.hpp"
#include "data/import/container.hpp"
#include "data/import/listing.hpp"

namespace ersatz::data {

/// A zip (through its directory at the end, so that a cut-off archive is noticed) or a tar, plain
/// or compressed with gzip, bzip2, xz or zstd. Checksums are checked as entries are read. libarchive runs in a child
/// process in the sandbox, where sandbox() says that there are such.
class ArchiveReader : public Container {
 public:
  explicit ArchiveReader(std::filesystem::path path, const ListingLimits& limits = {});

  const std::vector<ContainerFile>& files() const override { return files_; }
  void read(const std::vector<bool>& wanted,
            const std::function<void(std::size_t index, const FileContent& content)>& take) const override;

 private:
  void list(const ListingLimits& limits);
  ArchiveEnd list_in_child(Listing& listing) const;
  void read_in_child(const std::vector<bool>& wanted,
                     const std::function<void(std::size_t index, const FileContent& content)>& take) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::vector<ContainerFile> files_;
};

}  // namespace ersatz::data
