#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ersatz::train {

/// A file that is computed in shards and appears under its name when all are there. Until then the
/// shards lie in "<path>.part" and "<path>.done" says, a byte each, which are complete; a later
/// object with the same header goes on from them.
class ShardFile {
 public:
  /// Every shard but the last has `shard_bytes` bytes. Throws Error when the files cannot be written.
  ShardFile(std::filesystem::path path, std::string header, std::size_t shards, std::size_t shard_bytes);
  ~ShardFile();
  ShardFile(const ShardFile&) = delete;
  ShardFile& operator=(const ShardFile&) = delete;

  std::size_t shards() const { return done_.size(); }
  bool done(std::size_t shard) const { return done_[shard] != 0; }
  /// Throws Error (disk full).
  void write(std::size_t shard, std::span<const float> values);
  /// All shards are done: `tail` is written behind the last, and the file takes its name. The tail is made of what is
  /// in the file by then.
  void commit(const std::function<std::string(std::span<const std::byte> file)>& tail);

 private:
  std::filesystem::path path_, part_path_, done_path_;
  std::size_t header_size_, shard_bytes_;
  std::vector<char> done_;
  int part_ = -1, marks_ = -1;
};

}  // namespace ersatz::train
