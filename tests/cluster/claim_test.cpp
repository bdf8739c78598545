#include "cluster/claim.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "cluster/claim_keeper.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::cluster {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClaimTest : public ::testing::Test {
 protected:
  // What a process on another machine wrote.
  void write_foreign(std::uint64_t beats, const std::string& token = "t") const {
    const Json value{{"token", token}, {"host", "far"}, {"process", 1}, {"machine", "another boot"}, {"started", 5}};
    write_file(path_, fmt::format("{:020}\n{}\n", beats, value.dump()));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) found.push_back(entry.path().filename());
    return found;
  }

  testing::ScratchFolder folder_;
  fs::path path_ = folder_ / "claim";
};

TEST_F(ClaimTest, IsOnesAloneUntilItIsReleased) {
  auto first = Claim::take(path_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(Claim::take(path_));
  const auto by = read_claim(path_);
  ASSERT_TRUE(by);
  EXPECT_EQ(by->process, ::getpid());
  EXPECT_EQ(by->beats, 0U);
  EXPECT_FALSE(by->has_ended());
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  EXPECT_EQ(by->host, host);
  EXPECT_TRUE(first->beat());
  EXPECT_EQ(read_claim(path_)->beats, 1U);
  first->release();
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_TRUE(Claim::take(path_));
}

TEST_F(ClaimTest, OfManyWhoWantItAtOnceOneHasIt) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) threads.emplace_back([&] { taken += Claim::take(path_) ? 1 : 0; });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(taken, 1);
    EXPECT_THAT(names(), ElementsAre("claim"));
    fs::remove(path_);
  }
}

TEST_F(ClaimTest, OfManyWhoTakeItOverOneHasItInTheEnd) {
  for (int round = 0; round < 20; ++round) {
    write_foreign(7);
    const Claimant seen = *read_claim(path_);
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        auto mine = Claim::take_over(path_, seen);
        // Who moved away a claim that was newer than the one it had seen has put it back by then.
        std::this_thread::sleep_for(milliseconds(20));
        if (mine && mine->beat()) ++taken;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(taken, 1);
    EXPECT_THAT(names(), ElementsAre("claim"));
    fs::remove(path_);
  }
}

TEST_F(ClaimTest, ThatCountedUpMeanwhileIsNotTakenOver) {
  auto living = Claim::take(path_);
  const Claimant seen = *read_claim(path_);
  ASSERT_TRUE(living->beat());
  EXPECT_FALSE(Claim::take_over(path_, seen));
  EXPECT_TRUE(living->beat());
  EXPECT_EQ(read_claim(path_)->beats, 2U);
  EXPECT_THAT(names(), ElementsAre("claim"));
}

TEST_F(ClaimTest, ThatWasTakenOverIsLostAndNotReleased) {
  auto slept = Claim::take(path_);
  auto next = Claim::take_over(path_, *read_claim(path_));
  ASSERT_TRUE(next);
  EXPECT_FALSE(slept->beat());
  slept->release();
  EXPECT_TRUE(next->beat());
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(ClaimTest, ThatSomebodyMovedAwayForAMomentIsPutBack) {
  auto mine = Claim::take(path_);
  fs::remove(path_);
  EXPECT_TRUE(mine->beat());
  EXPECT_TRUE(mine->beat());
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(ClaimTest, EndsWithItsFolder) {
  const fs::path folder = folder_ / "run";
  make_folders(folder);
  auto mine = Claim::take(folder / "claim");
  fs::remove_all(folder);
  EXPECT_FALSE(mine->beat());
  EXPECT_FALSE(fs::exists(folder)) << "and does not make it again";
  EXPECT_FALSE(Claim::take(folder / "claim"));
}

TEST_F(ClaimTest, OfAProcessHereThatEndedIsAbandonedAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(Claim::take(path_) ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(read_claim(path_)->has_ended());
  EXPECT_TRUE(ClaimWatch(seconds(1000)).look(path_).abandoned);
}

TEST_F(ClaimTest, OfAnotherMachineIsAbandonedWhenItStandsStill) {
  ClaimWatch watch(seconds(120));
  const auto start = ClaimWatch::Clock::now();
  EXPECT_FALSE(watch.look(path_, start).by);
  write_foreign(1);
  EXPECT_EQ(watch.look(path_, start).by->host, "far");
  EXPECT_FALSE(watch.look(path_, start + seconds(119)).abandoned);
  EXPECT_TRUE(watch.look(path_, start + seconds(120)).abandoned);
  write_foreign(2);
  EXPECT_FALSE(watch.look(path_, start + seconds(121)).abandoned);
  EXPECT_FALSE(watch.look(path_, start + seconds(240)).abandoned) << "counted from when it last changed";
  write_foreign(2, "another");
  EXPECT_FALSE(watch.look(path_, start + seconds(242)).abandoned);
  EXPECT_TRUE(watch.look(path_, start + seconds(362)).abandoned);
}

TEST_F(ClaimTest, WhateverIsInTheFileIsSomebodysUntilItStandsStill) {
  for (const char* text : {"", "x", "00000000000000000001", "00000000000000000001\n{\"token\": 3}", "\n\n\n"}) {
    write_file(path_, text);
    const auto by = read_claim(path_);
    ASSERT_TRUE(by) << text;
    EXPECT_EQ(by->host, "");
    EXPECT_FALSE(by->has_ended());
    ClaimWatch watch(seconds(10));
    const auto start = ClaimWatch::Clock::now();
    EXPECT_FALSE(watch.look(path_, start).abandoned);
    const auto sight = watch.look(path_, start + seconds(10));
    EXPECT_TRUE(sight.abandoned);
    auto mine = Claim::take_over(path_, *sight.by);
    EXPECT_TRUE(mine) << text;
    fs::remove(path_);
  }
}

TEST_F(ClaimTest, ThatCannotBeReadIsAnErrorAndNotSomebodys) {
  fs::create_directory(path_);  // opens, but cannot be read
  EXPECT_THROW(read_claim(path_), Error);
  EXPECT_THROW(ClaimWatch(seconds(1)).look(path_), Error);
}

TEST_F(ClaimTest, SilenceIsToldFromWork) {
  write_foreign(1);
  EXPECT_THAT(silent_claims({path_, folder_ / "none"}, milliseconds(1)), ElementsAre(path_));
  std::thread other([&] {
    for (std::uint64_t beats = 2; beats < 40; ++beats) {
      std::this_thread::sleep_for(milliseconds(50));
      write_foreign(beats);
    }
  });
  EXPECT_THAT(silent_claims({path_}, seconds(60)), IsEmpty());
  other.join();
  fs::remove(path_);
  auto here = Claim::take(path_);
  EXPECT_THAT(silent_claims({path_}, milliseconds(1)), IsEmpty()) << "the process can be seen";
}

TEST_F(ClaimTest, PatienceIsANumberOfSeconds) {
  EXPECT_EQ(claim_patience(), seconds(120));
  ::setenv("ERSATZ_CLAIM_PATIENCE", "7", 1);
  EXPECT_EQ(claim_patience(), seconds(7));
  for (const char* wrong : {"0", "-1", "7s", "86401", "1e9"}) {
    ::setenv("ERSATZ_CLAIM_PATIENCE", wrong, 1);
    EXPECT_THROW(claim_patience(), Error) << wrong;
  }
  ::unsetenv("ERSATZ_CLAIM_PATIENCE");
}

TEST_F(ClaimTest, AKeeperCountsUpUntilItIsLostOrReleased) {
  {
    ClaimKeeper keeper(seconds(1));
    keeper.keep(*Claim::take(path_));
    keeper.keep(*Claim::take(folder_ / "second"));
    const auto beats = [](const fs::path& path) { return read_claim(path)->beats; };
    while (beats(path_) < 2 || beats(folder_ / "second") < 2) std::this_thread::sleep_for(milliseconds(5));
    EXPECT_FALSE(keeper.is_lost(path_));
    write_foreign(1);
    while (!keeper.is_lost(path_)) std::this_thread::sleep_for(milliseconds(5));
    EXPECT_FALSE(keeper.is_lost(folder_ / "second"));
    keeper.release(path_);
    EXPECT_TRUE(fs::exists(path_)) << "it is the other's";
    keeper.keep(*Claim::take(folder_ / "third"));
    keeper.release(folder_ / "third");
    EXPECT_FALSE(fs::exists(folder_ / "third"));
  }
  EXPECT_THAT(names(), ElementsAre("claim"));
}

}  // namespace
}  // namespace ersatz::cluster
