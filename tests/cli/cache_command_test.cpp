// ersatz cache: what it finds, and that it deletes nothing else.

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "data/data_set.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;

namespace fs = std::filesystem;

class CacheCommand : public testing::WorkingFolder {
 protected:
  CacheCommand() {
    testing::write_tiny_source("data", {"A", 6, 2, 0});
    EXPECT_EQ(run_ersatz({"data", "info", "data"}).code, 0);
  }

  fs::path cache() const { return scratch_ / "cache"; }
  std::vector<fs::path> stores() const {
    std::vector<fs::path> found;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(cache() / "stores", code)) found.push_back(entry.path());
    return found;
  }
  static void age(const fs::path& path, int days) {
    const timespec then{::time(nullptr) - days * 86400, 0};
    const timespec times[2]{then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }
};

TEST_F(CacheCommand, ListsWhatThingsWereMadeFrom) {
  const Outcome list = run_ersatz({"cache", "list"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("images          2 files"), HasSubstr("from " + fs::absolute("data").string()),
                              HasSubstr("index")));
  const Json json = parse_json(run_ersatz({"cache", "list", "--json"}).out);
  std::uint64_t bytes = 0;
  for (const Json& file : json.at("files")) {
    EXPECT_EQ(file.at("bytes").get<std::uintmax_t>(), fs::file_size(cache() / file.at("file").get<std::string>()));
    EXPECT_FALSE(file.at("needless").get<bool>());
    if (file.at("kind") == "images") {
      EXPECT_EQ(file.at("made_from").at(0).get<std::string>(), fs::absolute("data").string());
    }
    bytes += file.at("bytes").get<std::uint64_t>();
  }
  EXPECT_GT(bytes, 8 * 16 * 16 * 3U);
  EXPECT_EQ(json.at("files").size(), 4U);  // two stores, the path and the import
}

TEST_F(CacheCommand, CleanDeletesWhatNobodyNeedsAndNothingElse) {
  const fs::path leftover = cache() / "stores" / ".incoming.123-0.tmp";
  write_file(leftover, "left by a kill");
  EXPECT_THAT(run_ersatz({"cache", "clean", "--dry-run"}).out, HasSubstr("would delete 1 file"));
  EXPECT_TRUE(fs::exists(leftover));
  EXPECT_EQ(run_ersatz({"cache", "clean"}).code, 0);
  EXPECT_FALSE(fs::exists(leftover));
  EXPECT_EQ(stores().size(), 2U);
  // An import whose images are gone is of no use.
  fs::remove(stores().front());
  EXPECT_THAT(run_ersatz({"cache", "clean"}).out, HasSubstr("deleted 1 file"));
  EXPECT_EQ(run_ersatz({"data", "info", "data"}).code, 0);
  EXPECT_EQ(stores().size(), 2U);
}

TEST_F(CacheCommand, CleanGoesByAge) {
  const fs::path old = stores().at(0), fresh = stores().at(1);
  age(old, 31);
  EXPECT_EQ(run_ersatz({"cache", "clean", "--older-than", "32d"}).code, 0);
  EXPECT_TRUE(fs::exists(old));
  const Outcome clean = run_ersatz({"cache", "clean", "--older-than", "30d"});
  EXPECT_THAT(clean.out, HasSubstr("deleted 1 file"));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  for (const char* wrong : {"30", "d", "-1d", "1.5h", "3y", "999999999999999999999d"}) {
    const Outcome refused = run_ersatz({"cache", "clean", std::string("--older-than=") + wrong});
    EXPECT_EQ(refused.code, 2) << wrong;
    EXPECT_THAT(refused.err, HasSubstr("is no length of time")) << wrong;
  }
  EXPECT_EQ(run_ersatz({"cache", "clean", "--all", "--older-than", "1d"}).code, 2);
}

TEST_F(CacheCommand, LeavesWhatIsInUse) {
  {
    const data::DataSet open = testing::open_tiny("data", cache());
    const Outcome clean = run_ersatz({"cache", "clean", "--all"});
    EXPECT_EQ(clean.code, 0);
    EXPECT_THAT(clean.out, HasSubstr("2 files are in use by a running ersatz, and were left"));
    EXPECT_EQ(stores().size(), 2U);
    EXPECT_THAT(run_ersatz({"cache", "list"}).out, HasSubstr("from " + fs::absolute("data").string()));
  }
  EXPECT_EQ(run_ersatz({"cache", "clean", "--all"}).code, 0);
  EXPECT_FALSE(fs::exists(cache() / "stores"));
}

TEST_F(CacheCommand, LeavesTheImagesWhileOthersAreImported) {
  const FileLock import = FileLock::wait(cache() / "lock");
  EXPECT_THAT(run_ersatz({"cache", "clean", "--all"}).out, HasSubstr("2 files are in use"));
  EXPECT_EQ(stores().size(), 2U);
}

TEST_F(CacheCommand, LeavesUnfinishedFeaturesToWhoeverComputesThem) {
  const fs::path name = cache() / "features" / "vgg16-block3-0123456789abcdef01234567";
  fs::create_directory(name.parent_path());
  for (const char* ending : {".features.part", ".features.done"}) write_file(name.string() + ending, "some");
  {
    const FileLock lock = FileLock::wait(name.string() + ".lock");
    EXPECT_EQ(run_ersatz({"cache", "clean", "--all"}).code, 0);
    EXPECT_TRUE(fs::exists(name.string() + ".features.part"));
    EXPECT_TRUE(fs::exists(name.string() + ".features.done"));
    EXPECT_TRUE(fs::exists(name.string() + ".lock"));
  }
  EXPECT_EQ(run_ersatz({"cache", "clean"}).code, 0);  // a later command goes on with them
  EXPECT_TRUE(fs::exists(name.string() + ".features.part"));
  EXPECT_EQ(run_ersatz({"cache", "clean", "--all"}).code, 0);
  EXPECT_FALSE(fs::exists(cache() / "features"));
}

TEST_F(CacheCommand, NeitherFollowsLinksNorDeletesWhatIsNotErsatzs) {
  const fs::path precious = scratch_ / "precious";
  fs::create_directory(precious);
  const std::string store = stores().front().filename().string();
  fs::rename(cache() / "stores" / store, precious / store);
  fs::create_symlink(precious / store, cache() / "stores" / store);  // a file that is a link
  fs::create_directory_symlink(precious, cache() / "features");      // a folder that is one
  write_file(precious / "x-0123456789abcdef01234567.features", "precious");
  write_file(cache() / "stores" / "holiday.images", "mine");  // not a name of ours
  write_file(cache() / "notes.txt", "mine");
  fs::create_directories(cache() / "debian13" / "stores");
  const Outcome clean = run_ersatz({"cache", "clean", "--all"});
  EXPECT_EQ(clean.code, 0) << clean.err;
  EXPECT_TRUE(fs::exists(precious / store));
  EXPECT_TRUE(fs::is_symlink(cache() / "stores" / store));
  EXPECT_TRUE(fs::exists(precious / "x-0123456789abcdef01234567.features"));
  EXPECT_TRUE(fs::exists(cache() / "stores" / "holiday.images"));
  EXPECT_TRUE(fs::exists(cache() / "notes.txt"));
  EXPECT_TRUE(fs::exists(cache() / "debian13" / "stores"));
  EXPECT_THAT(run_ersatz({"cache", "list"}).out,
              AllOf(HasSubstr("0 files"), HasSubstr("5 other things in the folder are not ersatz's")));
}

TEST_F(CacheCommand, OfNothingSaysSo) {
  EXPECT_THAT(run_ersatz({"cache", "list", "--cache", "nowhere"}).out, HasSubstr("nowhere: 0 files"));
  EXPECT_EQ(run_ersatz({"cache", "clean", "--all", "--cache", "nowhere"}).code, 0);
  EXPECT_FALSE(fs::exists("nowhere"));
}

// Looking reads the files that say where things came from.
TEST_F(CacheCommand, LookingIsNoUse) {
  for (const auto& entry : fs::directory_iterator(cache() / "index")) age(entry.path(), 40);
  const std::vector<std::string> command{"cache", "clean", "--older-than", "30d", "--dry-run"};
  const std::string first = run_ersatz(command).out;
  EXPECT_THAT(first, Not(HasSubstr("would delete 0 files")));
  EXPECT_EQ(run_ersatz({"cache", "list"}).code, 0);
  EXPECT_EQ(run_ersatz(command).out, first);
}

TEST_F(CacheCommand, AFolderThatIsNoCacheIsLeftAlone) {
  fs::create_directories("project/weights");
  write_file("project/lock", "somebody's");
  EXPECT_EQ(run_ersatz({"cache", "clean", "--all", "--cache", "project"}).code, 0);
  EXPECT_EQ(read_file("project/lock"), "somebody's");
  EXPECT_TRUE(fs::exists("project/weights"));
}

}  // namespace
}  // namespace ersatz
