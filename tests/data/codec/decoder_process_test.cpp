// Decoding in a process that can do nothing else: the same results, and what comes of decoders that go wrong.

#include "data/codec/decoder_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/sandbox.hpp"
#include "data/make_data.hpp"

namespace ersatz::data {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr ImageShape kShape{8, 8};

/// All results of `files`, with their pixels, however many requests they take.
struct Outcome {
  std::vector<DecoderProcess::Result> results;
  std::vector<std::vector<std::uint8_t>> pixels;
};

Outcome make_all(DecoderProcess& process, const std::vector<std::string>& files, ImageShape shape = kShape) {
  Outcome all;
  while (all.results.size() < files.size()) {
    const std::vector<std::string_view> rest(files.begin() + static_cast<std::ptrdiff_t>(all.results.size()),
                                             files.end());
    const auto some = process.make(rest);
    EXPECT_FALSE(some.empty());
    if (some.empty()) break;
    for (std::size_t i = 0; i < some.size(); ++i) {
      all.results.push_back(some[i]);
      all.pixels.emplace_back(process.pixels(i), process.pixels(i) + shape.bytes());
    }
  }
  return all;
}

/// Decodes as ersatz does, but does what a file asks for that begins with such a word.
MadeImage obey(std::string_view file, const ImageForm& form, std::uint8_t* pixels) {
  if (file == "crash") std::abort();
  if (file == "connect") ::socket(AF_INET, SOCK_STREAM, 0);
  if (file == "memory") throw std::bad_alloc();
  if (file == "open") throw Error(::access("/etc/passwd", F_OK) == 0 ? "sees files" : "sees none");
  return make_image(file, form, pixels);
}

class DecoderProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_own_processes()) GTEST_SKIP() << "sandbox: " << sandbox().text;
  }
};

TEST_F(DecoderProcessTest, FilesOfEveryKindBecomeWhatTheyBecomeHere) {
  const ImageForm form{{17, 32}, Resize{{17, 32}}, true};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(ERSATZ_SOURCE_DIR) / "tests/data/formats")) {
    if (entry.is_regular_file()) files.push_back(read_file(entry.path()));
  }
  ASSERT_GT(files.size(), 20U);
  DecoderProcess process(form);
  const Outcome there = make_all(process, files, form.shape);
  std::size_t images = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::vector<std::uint8_t> pixels(form.shape.bytes());
    try {
      const MadeImage here = make_image(files[i], form, pixels.data());
      ASSERT_EQ(there.results[i].kind, DecoderProcess::Result::fine) << i << there.results[i].text;
      EXPECT_TRUE(there.results[i].made.remarks == here.remarks) << i;
      EXPECT_EQ(there.results[i].made.decoded_hash, here.decoded_hash) << i;
      EXPECT_TRUE(there.pixels[i] == pixels) << i;
      EXPECT_TRUE(process.size(files[i]) == image_size(files[i])) << i;
      ++images;
    } catch (const Error& error) {
      EXPECT_EQ(there.results[i].kind, DecoderProcess::Result::error) << i;
      EXPECT_EQ(there.results[i].text, error.what());
      EXPECT_EQ(there.results[i].hint, error.hint());
    }
  }
  EXPECT_GT(images, 20U);
}

TEST_F(DecoderProcessTest, AnotherSizeIsWrongSize) {
  DecoderProcess process({kShape, {}, false});
  const auto results = process.make({testing::png_image(1), testing::png_image(2, {9, 8})});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_NO_THROW(results[0].require());
  EXPECT_THROW(results[1].require(), WrongSize);
  EXPECT_THROW(process.size("no image"), Error);
}

TEST_F(DecoderProcessTest, ADecoderThatDiesCostsOneImage) {
  std::vector<std::string> files;
  for (int i = 0; i < 40; ++i) files.push_back(testing::png_image(i));
  files[0] = files[7] = files[8] = files[39] = "crash";
  files[20] = "memory";
  DecoderProcess process({kShape, {}, false}, obey);
  const Outcome all = make_all(process, files);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const DecoderProcess::Result& result = all.results[i];
    if (files[i] == "crash") {
      EXPECT_EQ(result.kind, DecoderProcess::Result::error) << i;
      EXPECT_THAT(result.text, HasSubstr("cannot be decoded: the child process crashed ("));
    } else if (files[i] == "memory") {
      EXPECT_EQ(result.text, "cannot be decoded: it needs more than 2.1 GB of memory");
    } else {
      EXPECT_EQ(result.kind, DecoderProcess::Result::fine) << i << result.text;
      EXPECT_TRUE(all.pixels[i] == testing::image_pixels(static_cast<int>(i))) << i;
    }
  }
}

TEST_F(DecoderProcessTest, ADecoderThatTriesSomethingElseIsStoppedAndSaidToBe) {
  if (sandbox().kind != SandboxKind::seccomp) GTEST_SKIP() << "sandbox: " << sandbox().text;
  DecoderProcess process({kShape, {}, false}, obey);
  const Outcome all = make_all(process, {testing::png_image(1), "connect", "open", testing::png_image(2)});
  EXPECT_EQ(all.results[0].kind, DecoderProcess::Result::fine);
  EXPECT_THAT(all.results[1].text, HasSubstr("its decoder tried something that decoders never do (system call "));
  EXPECT_THAT(all.results[1].text, HasSubstr(", socket), and was stopped"));
  EXPECT_EQ(all.results[2].text, "sees none");
  EXPECT_EQ(all.results[3].kind, DecoderProcess::Result::fine);
  EXPECT_TRUE(all.pixels[3] == testing::image_pixels(2));
}

TEST_F(DecoderProcessTest, ALargerFileThanBeforeFindsRoom) {
  constexpr ImageShape kLarge{1200, 1100};  // 4 MB of pixels, and more than 2 MB of PNG
  DecoderProcess process({kLarge, {}, false});
  const std::string large = testing::png_image(3, kLarge) + std::string(5'000'000, 'x');
  for (int round = 0; round < 2; ++round) {
    const auto results = process.make({large, large});
    ASSERT_EQ(results.size(), 1U) << "there is room for one";
    EXPECT_NO_THROW(results[0].require());
    std::vector<std::uint8_t> pixels(kLarge.bytes());
    make_image(large, {kLarge, {}, false}, pixels.data());
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), process.pixels(0)));
  }
}

// The system kills what takes memory when there is none, and that is nothing that an image can help.
TEST_F(DecoderProcessTest, AKillFromOutsideCostsNothing) {
  struct Watch {
    std::atomic<int> rounds{0};
    std::atomic<pid_t> child{0};
  };
  const SharedMemory memory(sizeof(Watch));
  auto* const watch = new (memory.data()) Watch;
  DecoderProcess process({kShape, {}, false},
                         [watch](std::string_view file, const ImageForm& form, std::uint8_t* pixels) {
                           if (file == "x") {
                             watch->child = ::getpid();
                             while (watch->rounds.fetch_add(0) == 0) {
                             }
                             return make_image(testing::png_image(5), form, pixels);
                           }
                           return make_image(file, form, pixels);
                         });
  std::thread killer([&] {
    while (watch->child == 0) std::this_thread::yield();
    ::kill(watch->child, SIGKILL);
    watch->rounds = 1;
  });
  const Outcome all = make_all(process, {testing::png_image(1), "x", testing::png_image(2)});
  killer.join();
  for (const auto& result : all.results) EXPECT_EQ(result.kind, DecoderProcess::Result::fine) << result.text;
  EXPECT_TRUE(all.pixels[1] == testing::image_pixels(5));
}

}  // namespace
}  // namespace ersatz::data
