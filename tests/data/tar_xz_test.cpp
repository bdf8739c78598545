#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/archive/tar_xz.hpp"
#include "data/import/container.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const testing::Files kFiles{{"x/a.txt", "one"}, {"x/b/empty", ""}, {"x/b/großer Name.bin", std::string(200'000, 'q')}};

void write(const fs::path& path, const testing::Files& files) {
  TarXzWriter writer(path);
  for (const auto& [name, bytes] : files) writer.add(name, bytes);
  writer.commit();
}

testing::Files read(const fs::path& path) {
  testing::Files files;
  read_tar_xz(path, {[](const std::string&, std::uint64_t) { return true; },
                     [&](const std::string& name, std::string_view bytes) { files.emplace_back(name, bytes); }});
  return files;
}

std::string error_of_reading(const fs::path& path) {
  try {
    read(path);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(TarXz, IsReadAsItWasWrittenAndHasTheSameBytesAgain) {
  const testing::ScratchFolder scratch;
  write(scratch / "one", kFiles);
  EXPECT_EQ(read(scratch / "one"), kFiles);
  EXPECT_LT(fs::file_size(scratch / "one"), 1000U);
  ::setenv("TZ", "Asia/Tokyo", 1);
  write(scratch / "two", kFiles);
  ::unsetenv("TZ");
  EXPECT_EQ(read_file(scratch / "one"), read_file(scratch / "two"));
}

TEST(TarXz, IsWhatTarReads) {
  const testing::ScratchFolder scratch;
  write(scratch / "x.tar.xz", kFiles);
  const std::string command = "tar -xJf '" + (scratch / "x.tar.xz").string() + "' -C '" + scratch.path().string() +
                              "' && tar --numeric-owner -tvJf '" + (scratch / "x.tar.xz").string() + "' > '" +
                              (scratch / "list").string() + "'";
  ASSERT_EQ(std::system(("LC_ALL=C.UTF-8 TZ=UTC " + command).c_str()), 0);
  for (const auto& [name, bytes] : kFiles) EXPECT_EQ(read_file(scratch / name), bytes) << name;
  EXPECT_THAT(read_file(scratch / "list"), HasSubstr("-rw-r--r-- 0/0               3 1970-01-01 00:00 x/a.txt\n"));
}

TEST(TarXz, AppearsWholeOrNotAtAll) {
  const testing::ScratchFolder scratch;
  {
    TarXzWriter writer(scratch / "x");
    writer.add("a", "b");
  }
  EXPECT_TRUE(fs::is_empty(scratch.path()));
  EXPECT_THROW(TarXzWriter(scratch / "missing" / "too" / "x"), Error);
}

// Every cut, and a flipped bit in every byte, is one error.
TEST(TarXz, CutShortOrDamagedIsNoticed) {
  const testing::ScratchFolder scratch;
  write(scratch / "good", {{"x/a.txt", "one"}, {"x/b.txt", "two"}});
  const std::string good = read_file(scratch / "good");
  for (std::size_t i = 0; i < good.size(); ++i) {
    testing::write_plain(scratch / "x", good.substr(0, i));
    EXPECT_NE(error_of_reading(scratch / "x"), "") << "cut after " << i << " of " << good.size();
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    testing::write_plain(scratch / "x", flipped);
    EXPECT_NE(error_of_reading(scratch / "x"), "") << "byte " << i << " of " << good.size();
  }
  testing::write_plain(scratch / "x", good + "more");
  EXPECT_NE(error_of_reading(scratch / "x"), "");
}

TEST(TarXz, OnlyPlainFilesAreRead) {
  const testing::ScratchFolder scratch;
  fs::create_directories(scratch / "x");
  testing::write_plain(scratch / "x/a", "one");
  fs::create_symlink("a", scratch / "x/link");
  fs::create_hard_link(scratch / "x/a", scratch / "x/same");
  const auto tar = [&](const std::string& options) {
    const std::string command = "tar -cJf '" + (scratch / "t").string() + "' -C '" + scratch.path().string() + "' ";
    EXPECT_EQ(std::system((command + options).c_str()), 0);
    return error_of_reading(scratch / "t");
  };
  EXPECT_EQ(tar("x/a"), "");
  EXPECT_THAT(tar("x/a x/link"), HasSubstr("\"x/link\" is no plain file"));
  EXPECT_THAT(tar("x/a x/same"), HasSubstr("\"x/same\" is no plain file"));
  EXPECT_THAT(tar("x"), HasSubstr("\"x/\" is no plain file"));
  ASSERT_EQ(std::system(("truncate -s 1G '" + (scratch / "x/sparse").string() + "'").c_str()), 0);
  EXPECT_THAT(tar("--sparse x/sparse"), HasSubstr("is no plain file"));
}

TEST(TarXz, AdmitIsAskedBeforeAndMayEndTheReading) {
  const testing::ScratchFolder scratch;
  write(scratch / "x", kFiles);
  std::vector<std::string> asked;
  int taken = 0;
  read_tar_xz(scratch / "x", {[&](const std::string& name, std::uint64_t size) {
                                asked.push_back(name + " " + std::to_string(size));
                                return asked.size() < 2;
                              },
                              [&](const std::string&, std::string_view) { ++taken; }});
  EXPECT_THAT(asked, ::testing::ElementsAre("x/a.txt 3", "x/b/empty 0"));
  EXPECT_EQ(taken, 1);
}

TEST(TarXz, OtherFilesAreNone) {
  const testing::ScratchFolder scratch;
  for (const std::string bytes : {"", "text", "PK\3\4 and so on"}) {
    write_file(scratch / "x", bytes);
    EXPECT_THAT(error_of_reading(scratch / "x"), HasSubstr((scratch / "x").string() + " is no tar.xz"));
  }
  EXPECT_NE(error_of_reading(scratch / "none"), "");
  EXPECT_NE(error_of_reading(scratch.path()), "");
}

}  // namespace
}  // namespace ersatz::data
