// A store larger than the memory a process may keep is streamed: its pages come and go, and what the process itself
// allocates stays small.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/files.hpp"
#include "data/batch_source.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kStoreSize = 20'000'000'000;
constexpr ImageShape kShape{224, 224};
constexpr std::uint64_t kAnonymousLimit = 400'000'000;
constexpr std::uint64_t kGroupLimit = 256'000'000;  // file pages count here too
constexpr std::size_t kBatch = 64;
constexpr std::size_t kShare = 48;  // one image in this many is read: 417 MB, from all over the file

// All pixels, labels and names are holes in the file: zeros that take no room on the disk. The hashes of pixels are
// there, since images are compared with them when they are first read.
void write_sparse_store(const fs::path& path) {
  const StoreHeader header = store_header(kShape, kStoreSize / kShape.bytes(), 0);
  const std::vector<std::byte> black(kShape.bytes());
  const std::vector<std::uint64_t> hashes(header.count, short_hash(sha256(black)));
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(&header), sizeof header);
  file.seekp(static_cast<std::streamoff>(header.pixel_hashes));
  file.write(reinterpret_cast<const char*>(hashes.data()),
             static_cast<std::streamsize>(hashes.size() * sizeof(std::uint64_t)));
  file.close();
  fs::resize_file(path, header.file_size);
}

// Bytes this process has allocated, without pages of files.
std::uint64_t anonymous_memory() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  for (std::string word; rollup >> word;) {
    std::uint64_t kib = 0;
    if (word == "Anonymous:" && rollup >> kib) return kib * 1024;
  }
  return 0;
}

// The first part of an epoch in shuffled order, of which every eighth batch is also assembled; the most anonymous
// memory seen.
std::uint64_t read_epoch(const fs::path& path) {
  const ImageStore store(path);
  const PixelSource source(select_all(store), {});
  const std::vector<std::uint32_t> order = shuffled_order(source.size(), 1, 1);
  std::vector<float> batch(kBatch * kShape.bytes());
  std::uint64_t peak = anonymous_memory();
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at + kBatch <= order.size() / kShare; at += kBatch) {
    const auto indices = std::span(order).subspan(at, kBatch);
    for (const std::uint32_t i : indices) {
      const auto pixels = store.image(i);
      for (std::size_t byte = 0; byte < pixels.size(); byte += 4096) sum += pixels[byte];
    }
    if (at / kBatch % 8 == 0) source.fill(indices, 1, batch.data());
    if (at / kBatch % 4 == 0) peak = std::max(peak, anonymous_memory());
  }
  return sum == 0 ? peak : std::uint64_t{0};
}

/// A memory control group of our own, where this user may make one (version 1 or 2); removed at the end.
class MemoryGroup {
 public:
  static std::optional<MemoryGroup> make(std::uint64_t limit) {
    for (const auto& [root, file] :
         {std::pair{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"}, std::pair{"/sys/fs/cgroup", "memory.max"}}) {
      const fs::path folder = fs::path(root) / ("ersatz-test-" + std::to_string(::getpid()));
      std::error_code problem;
      if (!fs::exists(root, problem) || !fs::create_directory(folder, problem)) continue;
      std::ofstream setting(folder / file);
      if (setting << limit << std::flush) return MemoryGroup(folder);
      fs::remove(folder, problem);
    }
    return std::nullopt;
  }
  MemoryGroup(MemoryGroup&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  ~MemoryGroup() {
    if (!folder_.empty()) ::rmdir(folder_.c_str());
  }
  bool enter() const { return static_cast<bool>(std::ofstream(folder_ / "cgroup.procs") << ::getpid() << std::flush); }

 private:
  explicit MemoryGroup(fs::path folder) : folder_(std::move(folder)) {}
  fs::path folder_;
};

class Streaming : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    try {
      write_sparse_store(path_);
    } catch (const fs::filesystem_error& problem) {
      GTEST_SKIP() << "skipped: no sparse file of 20 GB here: " << problem.what();
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_ = fs::temp_directory_path() / ("ersatz-streaming-" + std::to_string(::getpid()));
  fs::path path_ = folder_ / "sparse.images";
};

TEST_F(Streaming, AStoreOfTwentyGigabytesTakesLittleMemory) {
  const std::optional<MemoryGroup> group = MemoryGroup::make(kGroupLimit);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // exit code: 0 fine, 1 too much memory, 2 could not enter the group
    if (group && !group->enter()) ::_exit(2);
    const std::uint64_t peak = read_epoch(path_);
    ::_exit(peak > 0 && peak < kAnonymousLimit ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status) << " (the group allows " << kGroupLimit
                                 << ")";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace ersatz::data
