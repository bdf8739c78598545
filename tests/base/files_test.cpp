#include "base/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/stop.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using testing::ScratchFolder;

std::size_t count_entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

template <typename Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Files, AreReadAsTheyWereWritten) {
  const ScratchFolder scratch;
  const std::string bytes("a\0b\n\xff", 5);
  make_folders(scratch / "deep/er");
  write_file(scratch / "deep/er/x", bytes);
  EXPECT_EQ(read_file(scratch / "deep/er/x"), bytes);
  EXPECT_EQ(MappedFile(scratch / "deep/er/x").text(), bytes);
  write_file(scratch / "deep/er/x", "");
  EXPECT_EQ(read_file(scratch / "deep/er/x"), "");
  EXPECT_TRUE(MappedFile(scratch / "deep/er/x").bytes().empty());
  EXPECT_EQ(count_entries(scratch / "deep/er"), 1U);
}

TEST(Files, ErrorsNameTheFile) {
  const ScratchFolder scratch;
  try {
    read_file(scratch / "none");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find((scratch / "none").string() + ": No such file"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(MappedFile(scratch / "none"), Error);
  EXPECT_THROW(read_file(scratch.path()), Error);
  write_file(scratch / "file", "");
  EXPECT_THROW(write_file(scratch / "file/below", "x"), Error);
}

TEST(RemoveUnused, LeavesWhatIsMappedForOthersToSee) {
  const testing::ScratchFolder scratch;
  const std::filesystem::path path = scratch / "x";
  write_file(path, "bytes");
  {
    const MappedFile first(path, MappedFile::Use::seen), second(path, MappedFile::Use::seen);
    EXPECT_EQ(try_removal(path), Removal::in_use);
    EXPECT_EQ(remove_unused(path), Removal::in_use);
  }
  const MappedFile unseen(path);
  EXPECT_EQ(try_removal(path), Removal::done);
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(remove_unused(path), Removal::done);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(unseen.text(), "bytes");
  EXPECT_EQ(remove_unused(path), Removal::missing);
}

TEST(RemoveUnused, DeletesNoLinksAndNoFolders) {
  const testing::ScratchFolder scratch;
  write_file(scratch / "x", "bytes");
  std::filesystem::create_symlink(scratch / "x", scratch / "link");
  std::filesystem::create_directory(scratch / "folder");
  EXPECT_EQ(remove_unused(scratch / "link"), Removal::refused);
  EXPECT_EQ(remove_unused(scratch / "folder"), Removal::refused);
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_TRUE(std::filesystem::exists(scratch / "folder"));
}

TEST(AtomicFile, AppearsOnlyWithCommit) {
  const ScratchFolder scratch;
  write_file(scratch / "x", "old");
  {
    AtomicFile file(scratch / "x");
    file.write("new");
    EXPECT_EQ(read_file(scratch / "x"), "old");
  }
  EXPECT_EQ(read_file(scratch / "x"), "old");
  EXPECT_EQ(count_entries(scratch.path()), 1U);
  AtomicFile file(scratch / "x");
  file.write("abc");
  file.write_at(1, "X", 1);
  file.write_at(5, "Z", 1);
  file.commit();
  EXPECT_EQ(read_file(scratch / "x"), std::string("aXc\0\0Z", 6));
}

TEST(AtomicFile, MayGetItsNameAtTheEnd) {
  const ScratchFolder scratch;
  AtomicFile file(scratch / "incoming");
  file.write("x");
  file.commit_as(scratch / "final");
  EXPECT_EQ(read_file(scratch / "final"), "x");
  EXPECT_EQ(count_entries(scratch.path()), 1U);
}

TEST(AtomicFile, MakesItsFolderButNotATreeThatIsGone) {
  const ScratchFolder scratch;
  write_file(scratch / "new/x", "x");
  EXPECT_EQ(read_file(scratch / "new/x"), "x");
  EXPECT_THROW(write_file(scratch / "gone/runs/x", "x"), Error);
  EXPECT_FALSE(fs::exists(scratch / "gone"));
}

TEST(AtomicFile, MayBeWrittenByAnotherProgram) {
  const ScratchFolder scratch;
  AtomicFile file(scratch / "x");
  EXPECT_EQ(in_child([&] {
              std::FILE* stream = std::fopen(file.temporary_path().c_str(), "w");
              std::fputs("from elsewhere", stream);
              return std::fclose(stream);
            }),
            0);
  file.commit();
  EXPECT_EQ(read_file(scratch / "x"), "from elsewhere");
}

TEST(Temporaries, AreKnownByTheirNames) {
  const ScratchFolder scratch;
  EXPECT_TRUE(is_temporary(AtomicFile(scratch / "a.b-c").temporary_path()));
  EXPECT_TRUE(is_temporary("out/.study.json.1-0.tmp"));
  for (const char* other :
       {"x.tmp", ".tmp", ".1-0.tmp", "..1-0.tmp", ".x.1.tmp", ".x.a-0.tmp", ".x.1-.tmp", ".x.1-0"}) {
    EXPECT_FALSE(is_temporary(other)) << other;
  }
}

TEST(Temporaries, OfKilledProcessesAreRemovedAndThoseOfLivingOnesStay) {
  const ScratchFolder scratch;
  EXPECT_EQ(in_child([&] {
              AtomicFile& file = *new AtomicFile(scratch / "killed");
              file.write("half");
              return fs::exists(file.temporary_path()) ? 7 : 0;  // _exit: no destructor runs
            }),
            7);
  write_file(scratch / ".x.1-0.tmp", "of a process that had an id like one that lives");
  write_file(scratch / "precious.tmp", "");
  AtomicFile living(scratch / "living");
  living.write("half");
  EXPECT_EQ(count_entries(scratch.path()), 4U);
  remove_abandoned(scratch.path());
  remove_abandoned(scratch / "none");
  EXPECT_EQ(count_entries(scratch.path()), 2U);
  living.commit();
  EXPECT_EQ(read_file(scratch / "living"), "half");
  EXPECT_TRUE(fs::exists(scratch / "precious.tmp"));
}

// The cleaner may come between the making of a file and its lock.
TEST(Temporaries, AreNotLostToACleanerThatIsAlwaysAtWork) {
  const ScratchFolder scratch;
  std::atomic<bool> done{false};
  std::thread cleaner([&] {
    while (!done) remove_abandoned(scratch.path());
  });
  for (int i = 0; i < 300; ++i) write_file(scratch / "x", std::to_string(i));
  done = true;
  cleaner.join();
  EXPECT_EQ(read_file(scratch / "x"), "299");
}

// The limit on file size makes write() fail in the middle, as a full disk does.
TEST(AtomicFile, AFailedWriteLeavesTheOldFile) {
  const ScratchFolder scratch;
  write_file(scratch / "x", "old");
  EXPECT_EQ(in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const rlimit small{100, 100};
              ::setrlimit(RLIMIT_FSIZE, &small);
              try {
                write_file(scratch / "x", std::string(1000, 'n'));
              } catch (const Error&) {
                return 0;
              }
              return 1;
            }),
            0);
  EXPECT_EQ(read_file(scratch / "x"), "old");
  EXPECT_EQ(count_entries(scratch.path()), 1U);
}

TEST(FileLock, KeepsOthersOutUntilItEnds) {
  const ScratchFolder scratch;
  {
    const FileLock first = FileLock::wait(scratch / "lock");
    EXPECT_TRUE(first.held());
    EXPECT_FALSE(FileLock::attempt(scratch / "lock").held());
  }
  EXPECT_TRUE(FileLock::attempt(scratch / "lock").held());
}

TEST(FileLock, MayBeSharedButThenNobodyHasItAlone) {
  const ScratchFolder scratch;
  FileLock first = FileLock::attempt(scratch / "lock");
  EXPECT_FALSE(FileLock::attempt_shared(scratch / "lock").held());
  first.share();
  const FileLock second = FileLock::attempt_shared(scratch / "lock");
  EXPECT_TRUE(second.held());
  EXPECT_TRUE(second.is_real());
  EXPECT_FALSE(FileLock::attempt(scratch / "lock").held());
}

TEST(PublishFolder, ReplacesNothing) {
  const ScratchFolder scratch;
  for (const char* name : {"a", "b"}) {
    make_folders(scratch / name);
    write_file(scratch / name / "x", name);
  }
  EXPECT_TRUE(publish_folder(scratch / "a", scratch / "done"));
  EXPECT_FALSE(publish_folder(scratch / "b", scratch / "done"));
  EXPECT_EQ(read_file(scratch / "done/x"), "a");
  EXPECT_EQ(read_file(scratch / "b/x"), "b") << "and the other is still there";
  EXPECT_THROW(publish_folder(scratch / "none", scratch / "new"), Error);
}

TEST(FileLock, EndsWithTheProcessThatHeldIt) {
  const ScratchFolder scratch;
  const int code = in_child([&] {
    static FileLock lock = FileLock::wait(scratch / "lock");
    return lock.held() ? 7 : 0;  // _exit: no destructor runs
  });
  EXPECT_EQ(code, 7);
  EXPECT_TRUE(FileLock::attempt(scratch / "lock").held());
}

// Threads that count without atomics, while the file of the lock is deleted by each holder.
TEST(FileLock, ExcludesEvenWhenTheHolderDeletesTheFile) {
  const ScratchFolder scratch;
  std::atomic<int> count = 0;  // the thread sanitizer knows nothing of locks on files
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const FileLock lock = FileLock::wait(scratch / "lock");
        const int seen = count;
        std::this_thread::yield();
        count = seen + 1;  // of two at a time one would be lost
        fs::remove(scratch / "lock");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 800);
}

TEST(Json, IsReadAsItWasWrittenAndErrorsNameTheFile) {
  const ScratchFolder scratch;
  const Json value{{"b", 1}, {"a", {1.5, "ä", nullptr}}};
  write_json(scratch / "x.json", value);
  EXPECT_EQ(read_json(scratch / "x.json"), value);
  EXPECT_EQ(read_json(scratch / "x.json").begin().key(), "b") << "keys keep their order";
  write_file(scratch / "x.json", "{\"a\": ");
  try {
    read_json(scratch / "x.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("x.json"), std::string::npos);
  }
}

TEST(Stop, ASignalAsksForAStop) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    EXPECT_EQ(in_child([number] {
                catch_stop_signals();
                if (stop_requested()) return 1;
                ::raise(number);
                return stop_requested() ? 0 : 2;
              }),
              0)
        << number;
  }
}

}  // namespace
}  // namespace ersatz
