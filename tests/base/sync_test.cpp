// What has got its name is still there after a power cut.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/npy.hpp"
#include "base/sync_log.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScratchFolder;
using testing::SyncLog;

TEST(Sync, EveryFileIsSyncedThenNamedThenItsFolderIsSynced) {
  const ScratchFolder scratch;
  const SyncLog log;
  write_file(scratch / "text", "x");
  write_json(scratch / "json", {1, 2});
  write_npy(scratch / "npy", {1, 1, {0.5F}});
  AtomicFile late(scratch / "incoming");
  late.commit_as(scratch / "late");
  for (const char* name : {"text", "json", "npy", "late"}) EXPECT_EQ(log.problem_with(scratch / name), "") << name;
}

TEST(Sync, AFolderIsSyncedThenNamed) {
  const ScratchFolder scratch;
  make_folder(scratch / ".partial");
  write_file(scratch / ".partial/x", "x");
  const SyncLog log;
  move_into_place(scratch / ".partial", scratch / "finished");
  EXPECT_EQ(log.problem_with(scratch / "finished"), "");
}

TEST(Sync, FilesOfAFolderThatHasNoNameYetAreSyncedWithIt) {
  const ScratchFolder scratch;
  make_folder(scratch / ".partial");
  const SyncLog log;
  {
    const SyncLater later(scratch / ".partial", SyncLater::files);
    write_file(scratch / ".partial/x", "x");
    write_file(scratch / "y", "y");
    EXPECT_THAT(log.calls(), Not(Contains(HasSubstr("sync " + (scratch / ".partial").string()))));
    EXPECT_EQ(log.problem_with(scratch / "y"), "");
  }
  {
    const SyncLater later(scratch / ".partial", SyncLater::names);
    write_file(scratch / ".partial/checkpoint", "x");
    EXPECT_EQ(log.problem_with(scratch / ".partial/checkpoint"),
              (scratch / ".partial").string() + " was not synced afterwards");
  }
  move_into_place(scratch / ".partial", scratch / "finished");
  EXPECT_EQ(log.problem_with(scratch / "finished"), "");
  EXPECT_THAT(log.calls(), Contains("sync " + (scratch / ".partial/x").string()));
}

TEST(Sync, AFolderThatIsMadeStays) {
  const ScratchFolder scratch;
  const SyncLog log;
  make_folders(scratch / "a/b");
  EXPECT_THAT(log.calls(), Contains("sync " + scratch.path().string()));
  EXPECT_THAT(log.calls(), Contains("sync " + (scratch / "a").string()));
}

}  // namespace
}  // namespace ersatz
