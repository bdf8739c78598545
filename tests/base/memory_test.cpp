#include "base/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <new>

#include "base/error.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::uint64_t kMachine = 8'000'000ULL * 1024;

// Folders that look like /proc and /sys/fs/cgroup.
class MemoryTest : public ::testing::Test {
 protected:
  MemoryTest() { write("proc/meminfo", "MemTotal:       24684040 kB\nMemAvailable:    8000000 kB\nBuffers: 1 kB\n"); }
  ~MemoryTest() override { fs::remove_all(folder_); }

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file) << text;
  }
  std::uint64_t available() const { return system_memory(folder_ / "proc", folder_ / "cgroup").bytes; }
  std::string_view limit() const { return system_memory(folder_ / "proc", folder_ / "cgroup").limit; }

  const fs::path folder_ = fs::temp_directory_path() / ("ersatz-memory-test-" + std::to_string(::getpid()));
};

TEST_F(MemoryTest, WithoutGroupsItIsWhatTheMachineHasLeft) {
  EXPECT_EQ(available(), kMachine);
  EXPECT_EQ(limit(), "free on this machine");
}

TEST_F(MemoryTest, AGroupOfVersion2LeavesItsLimitWithoutWhatIsUsed) {
  write("proc/self/cgroup", "0::/user/box\n");
  write("cgroup/user/box/memory.max", "2000000000\n");
  write("cgroup/user/box/memory.current", "1500000000\n");
  EXPECT_EQ(available(), 500'000'000U);
  EXPECT_EQ(limit(), "left by the limit of its control group");
  // Page cache is given back when it is needed; memory of files that lie in memory (shmem) is not.
  write("cgroup/user/box/memory.stat", "anon 1\nfile 999\ninactive_file 300000000\nactive_file 100000000\nshmem 7\n");
  EXPECT_EQ(available(), 900'000'000U);
}

TEST_F(MemoryTest, AGroupAroundItMayAllowLess) {
  write("proc/self/cgroup", "0::/user/box\n");
  write("cgroup/user/box/memory.max", "max\n");
  write("cgroup/user/box/memory.current", "1500000000\n");
  EXPECT_EQ(available(), kMachine);
  write("cgroup/user/memory.max", "1600000000\n");
  write("cgroup/user/memory.current", "1600000001\n");
  EXPECT_EQ(available(), 0U);
  write("cgroup/user/memory.max", "1700000000\n");
  EXPECT_EQ(available(), 99'999'999U);
}

TEST_F(MemoryTest, AGroupOfVersion1IsReadFromTheFolderOfItsController) {
  write("proc/self/cgroup", "12:cpu,cpuacct:/x\n5:memory,hugetlb:/box\n1:name=systemd:/y\n");
  write("cgroup/memory/box/memory.limit_in_bytes", "3000000000\n");
  write("cgroup/memory/box/memory.usage_in_bytes", "1000000000\n");
  write("cgroup/memory/box/memory.stat", "inactive_file 5\ntotal_inactive_file 200000000\ntotal_active_file 0\n");
  EXPECT_EQ(available(), 2'200'000'000U);
  write("cgroup/memory/box/memory.limit_in_bytes", "9223372036854771712\n");  // none
  EXPECT_EQ(available(), kMachine);
}

TEST_F(MemoryTest, InAContainerThePathMayBeTheHosts) {
  write("proc/self/cgroup", "0::/docker/0123456789abcdef\n");
  write("cgroup/memory.max", "1000000000\n");
  write("cgroup/memory.current", "1000\n");
  EXPECT_EQ(available(), 999'999'000U);
}

TEST_F(MemoryTest, WhereNothingIsSaidThereIsNoLimit) {
  write("proc/meminfo", "MemTotal:       24684040 kB\n");
  write("proc/self/cgroup", "rubbish\n0:\n");
  EXPECT_EQ(available(), AvailableMemory().bytes);
}

TEST_F(MemoryTest, ThisMachineHasSome) { EXPECT_GT(system_memory().bytes, 1'000'000U); }

TEST(MemorySetting, IsAnAmountWithAUnit) {
  EXPECT_EQ(parse_memory("2G"), 2'000'000'000U);
  EXPECT_EQ(parse_memory("1.5G"), 1'500'000'000U);
  EXPECT_EQ(parse_memory("800M"), 800'000'000U);
  EXPECT_EQ(parse_memory("64k"), 64'000U);
  EXPECT_EQ(parse_memory("64K"), 64'000U);
  for (const char* wrong : {"2", "G", "2GB", "-1G", "0G", "2 G", "many", "1e3G", "nanG", "infG", "99999999T"}) {
    try {
      parse_memory(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string("ERSATZ_MEMORY is \"") + wrong + "\""));
      EXPECT_THAT(error.hint(), HasSubstr("2G"));
    }
  }
}

TEST(MemorySetting, TakesThePlaceOfWhatTheMachineHas) {
  setenv("ERSATZ_MEMORY", "3G", 1);
  EXPECT_EQ(available_memory(), (AvailableMemory{3'000'000'000U, "allowed by ERSATZ_MEMORY"}));
  setenv("ERSATZ_MEMORY", "", 1);
  EXPECT_FALSE(memory_setting());
  unsetenv("ERSATZ_MEMORY");
  EXPECT_FALSE(memory_setting());
}

// std::bad_alloc in a function that must not throw.
TEST(Memory, ThatEndsWhereNothingMayBeThrownIsOneError) {
  const auto exhaust = [] {
    report_exhausted_memory();
    [](auto take) noexcept { take(); }([] { throw std::bad_alloc(); });
  };
  EXPECT_EXIT(exhaust(), ::testing::ExitedWithCode(2), "ersatz: error: not enough memory: .*\nhint: choose a smaller");
  const auto defect = [] {
    report_exhausted_memory();
    [](auto take) noexcept { take(); }([] { throw Error("a defect"); });
  };
  EXPECT_EXIT(defect(), ::testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace ersatz
