// `ersatz fetch` as a user runs it, against a server on this machine.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/files.hpp"
#include "data/make_data.hpp"
#include "fetch/http_server.hpp"

namespace ersatz::fetch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FetchCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("ersatz-fetch-command-{}-{}", ::getpid(),
                                                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Runs `ersatz fetch` + arguments; what it says on both streams goes to said_.
  int fetch(const std::string& arguments) {
    said_.clear();
    const std::string command =
        fmt::format("cd '{}' && ERSATZ_CACHE=cache '{}' fetch {} 2>&1", folder_.string(), ERSATZ_BINARY, arguments);
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    char bytes[4096];
    while (const std::size_t got = std::fread(bytes, 1, sizeof bytes, pipe)) said_.append(bytes, got);
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// Files below the folder, without the cache of decoded images.
  std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const std::string name = fs::relative(entry.path(), folder_).string();
      if (entry.is_regular_file() && name.substr(0, 6) != "cache/") found.push_back(name);
    }
    return found;
  }

  fs::path folder_;
  std::string said_;
};

TEST_F(FetchCommandTest, WithoutNetworkItEndsWithTwoAndSaysWhatElseToDo) {
  EXPECT_EQ(fetch(fmt::format("cifake --url http://127.0.0.1:{}/x.zip", closed_port())), 2);
  EXPECT_THAT(said_, HasSubstr("ersatz: error: cannot reach 127.0.0.1"));
  EXPECT_THAT(said_, HasSubstr("hint: without network"));
  EXPECT_THAT(said_, HasSubstr("same MIT license as CIFAR-10"));
  EXPECT_THAT(said_, HasSubstr("Krizhevsky"));
  EXPECT_THAT(said_, HasSubstr("Bird"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(FetchCommandTest, WeightsWithAnotherChecksumAreRefused) {
  HttpServer server([](const auto&, const auto& answer) { answer.reply(200, {}, "not the weights of VGG16"); });
  EXPECT_EQ(fetch("vgg16 --to weights.h5 --url " + server.url()), 2);
  EXPECT_THAT(said_, HasSubstr("6d6bbae143d832006294945121d1f1fc was expected"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(FetchCommandTest, WhatIsNotCifakeDoesNotGetItsName) {
  HttpServer server([](const auto&, const auto& answer) { answer.reply(200, {}, "<html>log in first</html>"); });
  EXPECT_EQ(fetch("cifake --url " + server.url()), 2);
  EXPECT_THAT(said_, HasSubstr(server.url() + " is not cifake"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(FetchCommandTest, AFileThatIsThereIsCheckedAndNotDownloadedAgain) {
  write_file(folder_ / "weights.h5", "something else");
  EXPECT_EQ(fetch("vgg16 --to weights.h5"), 2);
  EXPECT_THAT(said_, HasSubstr("remove it and fetch it again"));
  EXPECT_EQ(read_file(folder_ / "weights.h5"), "something else");
}

TEST_F(FetchCommandTest, PlainHttpToAnotherMachineIsRefused) {
  EXPECT_EQ(fetch("vgg16 --to weights.h5 --url http://example.org/weights.h5"), 2);
  EXPECT_THAT(said_, HasSubstr("it is not https"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(FetchCommandTest, APartOfCifakeIsNotTakenForTheWhole) {
  const MappedFile archive(ERSATZ_SOURCE_DIR "/data/cifake-sample.tar.xz");
  HttpServer server([&](const auto&, const auto& answer) { answer.reply(200, {}, archive.text()); });
  EXPECT_EQ(fetch("cifake --url " + server.url()), 2);
  EXPECT_THAT(said_, HasSubstr("train has 10,000 images where 50,000 were expected"));
  EXPECT_THAT(files(), IsEmpty());
}

// The images are counted and decoded, not compared: as many of one will do.
TEST_F(FetchCommandTest, CifakeArrivesAndIsCounted) {
  testing::Files images;
  const std::string image = testing::png_image(1, {32, 32});
  for (const auto& [split, count] : {std::pair{"train", 5000}, {"test", 1000}}) {
    for (const char* source : {"REAL", "FAKE"}) {
      for (int i = 0; i < 10 * count; ++i) {
        const std::string suffix = i % 10 == 0 ? "" : fmt::format(" ({})", i % 10 + 1);
        images.emplace_back(fmt::format("main/{}/{}/{:04}{}.jpg", split, source, i / 10, suffix), image);
      }
    }
  }
  fs::create_directories(folder_ / "cache");
  const MappedFile archive(testing::write_archive(folder_ / "cache/made.zip", images, testing::Packing::tar_gz));
  HttpServer server([&](const auto&, const auto& answer) { answer.reply(200, {}, archive.text()); });
  ASSERT_EQ(fetch("cifake --url " + server.url()), 0) << said_;
  EXPECT_THAT(files(), ::testing::ElementsAre("data/cifake.zip"));
  EXPECT_EQ(fetch("cifake"), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("already here"));
}

}  // namespace
}  // namespace ersatz::fetch
