#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/damaged_file.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/stop.hpp"
#include "data/data_set.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using testing::cifake_files;
using testing::error_of;
using testing::Files;
using testing::open_path;
using testing::Packing;
using testing::png_image;
using testing::ScratchFolder;
using testing::write_archive;
using testing::write_tree;

std::vector<std::string> everything_below(const fs::path& folder) {
  std::vector<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.push_back(entry.path().lexically_relative(folder));
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Import, GivesTheImagesInByteOrderWithTheirLabels) {
  const ScratchFolder scratch;
  const Files files = cifake_files();
  const DataSet set = open_path(write_archive(scratch / "a.zip", files, Packing::zip), scratch / "cache");
  ASSERT_EQ(set.sources.size(), 2U);
  EXPECT_EQ(set.sources[0].name, "FAKE");
  EXPECT_EQ(set.sources[1].name, "REAL");
  EXPECT_EQ(set.shape, (ImageShape{8, 8}));
  EXPECT_EQ(set.classes.at(0), "airplane");
  EXPECT_EQ(set.classes.at(9), "truck");
  const ImageStore& store = *set.source("REAL").train;
  ASSERT_EQ(store.size(), 50U);
  std::map<std::string, int> number;
  for (std::size_t i = 0; i < files.size(); ++i) number[files[i].first] = static_cast<int>(i);
  for (std::size_t i = 0; i < store.size(); ++i) {
    const std::string name(store.file_name(i));
    if (i > 0) {
      EXPECT_LT(store.file_name(i - 1), store.file_name(i));
    }
    const int n = number.at("train/REAL/" + name);
    EXPECT_EQ(store.labels()[i], n % 10) << name;
    const auto pixels = testing::image_pixels(n);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), store.image(i).begin(), store.image(i).end())) << name;
  }
}

TEST(Import, ZipTarAndFolderAreTheSameDataUnderAnyPrefix) {
  const ScratchFolder scratch;
  Files backwards = cifake_files("CIFAKE-main/DATASET/");
  std::reverse(backwards.begin(), backwards.end());
  const std::vector<fs::path> paths{
      write_archive(scratch / "a.zip", cifake_files(), Packing::zip),
      write_archive(scratch / "b.zip", cifake_files("DATASET/"), Packing::stored_zip),
      write_archive(scratch / "c.tar", backwards, Packing::tar),
      write_archive(scratch / "d.tar.gz", cifake_files("./x/"), Packing::tar_gz),
      write_tree(scratch / "e", cifake_files("deep/er/")),
  };
  std::set<std::string> fingerprints;
  for (const fs::path& path : paths) {
    fingerprints.insert(open_path(path, scratch / ("cache-" + path.filename().string())).fingerprint);
    fingerprints.insert(open_path(path, scratch / "shared").fingerprint);
  }
  EXPECT_EQ(fingerprints.size(), 1U);
  EXPECT_EQ(everything_below(scratch / "shared/stores").size(), 4U) << "equal content is stored once";
}

TEST(Import, FilePathsLeadBackToTheFiles) {
  const ScratchFolder scratch;
  const fs::path folder = write_tree(scratch / "in", cifake_files("DATASET/"));
  const DataSet set = open_path(folder, scratch / "cache");
  for (const Source& source : set.sources) {
    for (const Split split : {Split::train, Split::test}) {
      for (std::size_t i = 0; i < source.split(split)->size(); ++i) {
        EXPECT_TRUE(fs::exists(folder / source.folder(split) / source.split(split)->file_name(i)));
      }
    }
  }
}

TEST(Import, ReopeningFromTheManifestGivesTheSameData) {
  const ScratchFolder scratch;
  const DataSet set = open_path(write_archive(scratch / "a.zip", cifake_files(), Packing::zip), scratch / "cache");
  fs::remove(scratch / "a.zip");
  const DataSet again = reopen_data_set(Json::parse(set.manifest().dump()));
  EXPECT_EQ(again.fingerprint, set.fingerprint);
  EXPECT_EQ(again.classes, set.classes);
  EXPECT_EQ(again.source("FAKE").test_folder, "test/FAKE");
}

TEST(Import, ASecondOpenDecodesNothing) {
  const ScratchFolder scratch;
  DataLocation location;
  location.path = write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  ImportOptions options;
  options.cache = scratch / "cache";
  std::size_t calls = 0, last = 0, total = 0;
  options.on_progress = [&](const ImportProgress& progress) {
    ++calls;
    last = progress.done;
    total = progress.total.value_or(0);
  };
  open_data_set(location, options);
  EXPECT_GT(calls, 0U);
  EXPECT_EQ(last, 140U);
  EXPECT_EQ(total, 140U);
  calls = 0;
  open_data_set(location, options);
  fs::copy_file(scratch / "a.zip", scratch / "copy.zip");
  location.path = scratch / "copy.zip";  // another name, the same content
  open_data_set(location, options);
  EXPECT_EQ(calls, 0U);
}

TEST(Import, ChangedInputIsReadAgain) {
  const ScratchFolder scratch;
  Files files = cifake_files();
  write_archive(scratch / "a.zip", files, Packing::zip);
  const std::string before = open_path(scratch / "a.zip", scratch / "cache").fingerprint;
  files.back().second = png_image(99999);
  write_archive(scratch / "a.zip", files, Packing::zip);
  EXPECT_NE(open_path(scratch / "a.zip", scratch / "cache").fingerprint, before);

  const fs::path folder = write_tree(scratch / "in", cifake_files());
  ASSERT_EQ(open_path(folder, scratch / "cache").fingerprint, before);
  testing::write_plain(folder / files.back().first, files.back().second);
  EXPECT_NE(open_path(folder, scratch / "cache").fingerprint, before);
}

// Same size, time and inode, other bytes: only a second look at the bytes finds it.
TEST(Import, VerifyFindsWhatTheStampDoesNot) {
  const ScratchFolder scratch;
  DataLocation location;
  location.path = write_archive(scratch / "a.tar", cifake_files(), Packing::tar);
  ImportOptions options;
  options.cache = scratch / "cache";
  const std::string before = open_data_set(location, options).fingerprint;
  const auto time = fs::last_write_time(*location.path);
  std::string bytes = read_file(*location.path);
  const std::size_t name = bytes.find("0004 (9).png");
  ASSERT_NE(name, std::string::npos);
  {
    // The first copy of the name is a tar header's: give it another class, and the header its checksum.
    const std::size_t header = name / 512 * 512;
    bytes[name + 6] = '8';
    bytes[name + 3] = '9';
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(header) + 148, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(bytes[header + i]);
    char text[9];
    std::snprintf(text, sizeof text, "%06o%c ", sum, '\0');
    std::copy_n(text, 8, bytes.begin() + static_cast<std::ptrdiff_t>(header) + 148);
    std::FILE* file = std::fopen(location.path->c_str(), "r+");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    std::fclose(file);
    fs::last_write_time(*location.path, time);
  }
  EXPECT_EQ(open_data_set(location, options).fingerprint, before);
  options.verify = true;
  EXPECT_NE(open_data_set(location, options).fingerprint, before);
}

TEST(Import, VerifyRepairsADamagedStore) {
  const ScratchFolder scratch;
  DataLocation location;
  location.path = write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  ImportOptions options;
  options.cache = scratch / "cache";
  fs::path store;
  std::vector<std::uint8_t> pixels;
  {
    const DataSet set = open_data_set(location, options);
    store = set.source("REAL").train->path();
    pixels.assign(set.source("REAL").train->image(7).begin(), set.source("REAL").train->image(7).end());
  }
  std::string bytes = read_file(store);
  bytes[4096 + 7 * 192 + 5] ^= 1;
  testing::write_plain(store, bytes);
  options.verify = true;
  const DataSet set = open_data_set(location, options);
  const auto image = set.source("REAL").train->image(7);
  EXPECT_TRUE(std::equal(image.begin(), image.end(), pixels.begin(), pixels.end()));
}

TEST(Import, AMissingOrCutStoreIsMadeAgain) {
  const ScratchFolder scratch;
  write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  const DataSet set = open_path(scratch / "a.zip", scratch / "cache");
  fs::remove(set.source("REAL").train->path());
  EXPECT_EQ(open_path(scratch / "a.zip", scratch / "cache").fingerprint, set.fingerprint);
  const fs::path cut = set.source("FAKE").test->path();
  fs::resize_file(cut, 5000);
  EXPECT_THROW(open_path(scratch / "a.zip", scratch / "cache"), DamagedFile);
  fs::remove(cut);
  EXPECT_EQ(open_path(scratch / "a.zip", scratch / "cache").fingerprint, set.fingerprint);
}

// In an index, one bit makes "cat" a "bat".
TEST(Import, AChangedIndexIsDamaged) {
  const ScratchFolder scratch;
  write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  const DataSet set = open_path(scratch / "a.zip", scratch / "cache");
  for (const auto& entry : fs::directory_iterator(scratch / "cache/index")) {
    const std::string right = read_file(entry.path());
    std::string wrong = right;
    wrong[wrong.find("\"cat\"") == std::string::npos ? wrong.find("content\": \"") + 12 : wrong.find("cat\"")] ^= 1;
    testing::write_plain(entry.path(), wrong);
    EXPECT_THROW(open_path(scratch / "a.zip", scratch / "cache"), DamagedFile) << entry.path();
    testing::write_plain(entry.path(), right);
  }
  EXPECT_EQ(open_path(scratch / "a.zip", scratch / "cache").fingerprint, set.fingerprint);
}

TEST(Import, ADamagedIndexIsMadeAgain) {
  const ScratchFolder scratch;
  write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  const std::string fingerprint = open_path(scratch / "a.zip", scratch / "cache").fingerprint;
  for (const char* damage :
       {"", "{", "[]", "{\"format\": 1}", "{\"format\": \"x\"}", "{\"format\": 1, \"stamp\": 3, \"stores\": [7]}"}) {
    for (const auto& entry : fs::directory_iterator(scratch / "cache/index"))
      testing::write_plain(entry.path(), damage);
    EXPECT_EQ(open_path(scratch / "a.zip", scratch / "cache").fingerprint, fingerprint) << damage;
  }
}

TEST(Import, AFailureLeavesTheCacheAsItWas) {
  const ScratchFolder scratch;
  Files files = cifake_files();
  files.back().second = "no image";
  write_archive(scratch / "broken.zip", files, Packing::zip);
  EXPECT_NE(error_of(scratch / "broken.zip", scratch / "new/cache"), "");
  EXPECT_FALSE(fs::exists(scratch / "new"));

  write_archive(scratch / "whole.zip", cifake_files("", 3, 1), Packing::zip);
  open_path(scratch / "whole.zip", scratch / "cache");
  const auto before = everything_below(scratch / "cache");
  EXPECT_NE(error_of(scratch / "broken.zip", scratch / "cache"), "");
  EXPECT_EQ(everything_below(scratch / "cache"), before);
}

TEST(Import, AStopRequestLeavesTheCacheAsItWas) {
  const ScratchFolder scratch;
  DataLocation location;
  location.path = write_archive(scratch / "a.zip", cifake_files("", 30, 10), Packing::zip);
  ImportOptions options;
  options.cache = scratch / "cache";
  options.on_progress = [](const ImportProgress&) { request_stop(); };
  EXPECT_THROW(open_data_set(location, options), Stopped);
  reset_stop_request();
  EXPECT_FALSE(fs::exists(scratch / "cache"));
}

TEST(Import, WhatAKilledImportLeftIsRemovedByTheNext) {
  const ScratchFolder scratch;
  testing::write_plain(scratch / "cache/stores/.incoming.1-0.tmp", "rest");
  write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  open_path(scratch / "a.zip", scratch / "cache");
  EXPECT_FALSE(fs::exists(scratch / "cache/stores/.incoming.1-0.tmp"));
}

/// Runs `work` in a child process and returns its exit code.
template <typename Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The limit on file size makes write() fail in the middle, as a full disk does.
TEST(Import, AWriteThatFailsIsOneErrorAndLeavesNothing) {
  const ScratchFolder scratch;
  write_archive(scratch / "a.zip", cifake_files(), Packing::zip);
  for (const rlim_t limit : {rlim_t{4096}, rlim_t{8192}, rlim_t{13000}}) {
    const int code = in_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit small{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &small);
      const std::string text = error_of(scratch / "a.zip", scratch / "cache");
      return text.find("cannot write") != std::string::npos ? 0 : 1;
    });
    EXPECT_EQ(code, 0) << limit;
    EXPECT_FALSE(fs::exists(scratch / "cache")) << limit;
  }
}

TEST(Import, ProcessesThatImportTheSameDataAgreeAndDoItOnce) {
  const ScratchFolder scratch;
  write_archive(scratch / "a.zip", cifake_files("", 20, 10), Packing::zip);
  const std::string expected = open_path(scratch / "a.zip", scratch / "other").fingerprint;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      int decoded = 0;
      DataLocation location;
      location.path = scratch / "a.zip";
      ImportOptions options;
      options.cache = scratch / "cache";
      options.on_progress = [&](const ImportProgress&) { decoded = 1; };
      const bool same = open_data_set(location, options).fingerprint == expected;
      ::_exit(same ? decoded : 100);
    }
    children.push_back(child);
  }
  int importers = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    importers += WEXITSTATUS(status);
  }
  EXPECT_EQ(importers, 1);
}

TEST(Import, ThreadsWithFailingAndWorkingImportsDoNotDisturbEachOther) {
  const ScratchFolder scratch;
  Files broken = cifake_files("", 6, 2);
  broken.back().second = "no image";
  write_archive(scratch / "broken.zip", broken, Packing::zip);
  write_archive(scratch / "whole.zip", cifake_files(), Packing::zip);
  const std::string expected = open_path(scratch / "whole.zip", scratch / "other").fingerprint;
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (i % 2 == 0) {
        right += error_of(scratch / "broken.zip", scratch / "cache").empty() ? 0 : 1;
      } else {
        right += open_path(scratch / "whole.zip", scratch / "cache").fingerprint == expected ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
}

TEST(Import, SkipBrokenLeavesOutAndListsWhatDoesNotDecode) {
  const ScratchFolder scratch;
  Files files = cifake_files();
  const auto damage = [&](const std::string& name, const std::string& bytes) {
    const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.first == name; });
    ASSERT_NE(found, files.end());
    found->second = bytes;
  };
  damage("test/FAKE/0000.png", "");  // the very first, which would have given the size
  damage("train/REAL/0002 (3).png", "no image");
  damage("train/REAL/0004 (9).png", png_image(1).substr(0, 60));
  DataLocation location;
  location.path = write_archive(scratch / "a.zip", files, Packing::zip);
  ImportOptions options;
  options.cache = scratch / "cache";
  EXPECT_THROW(open_data_set(location, options), Error);
  options.skip_broken = true;
  for (int time = 0; time < 2; ++time) {
    const DataSet set = open_data_set(location, options);
    ASSERT_EQ(set.skipped.size(), 3U);
    EXPECT_EQ(set.skipped[0].path, "test/FAKE/0000.png");
    EXPECT_EQ(set.skipped[0].reason, "is empty");
    EXPECT_EQ(set.skipped[2].path, "train/REAL/0004 (9).png");
    EXPECT_EQ(set.skipped[2].reason, "is cut short");
    const ImageStore& store = *set.source("REAL").train;
    ASSERT_EQ(store.size(), 48U);
    EXPECT_EQ(set.source("FAKE").test->size(), 19U);
    // Neighbours of the gap have kept their own pixels.
    for (std::size_t i = 0; i < store.size(); ++i) {
      const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) {
        return file.first == "train/REAL/" + std::string(store.file_name(i));
      });
      const auto pixels = testing::image_pixels(static_cast<int>(found - files.begin()));
      EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), store.image(i).begin(), store.image(i).end()));
    }
  }
  options.skip_broken = false;
  EXPECT_THROW(open_data_set(location, options), Error) << "an earlier import with --skip-broken must not hide it";
}

}  // namespace
}  // namespace ersatz::data
