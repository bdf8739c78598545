#include "data/demo/demo.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/stop.hpp"
#include "data/codec/decode.hpp"
#include "data/demo/demo_scene.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;

class DemoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / fmt::format("ersatz-demo-{}-{}", ::getpid(),
                                                    ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override {
    reset_stop_request();
    fs::remove_all(root_);
  }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root_), fs::directory_iterator()));
  }

  fs::path root_;
};

/// The label that CIFAKE's file names say: "0007 (3).jpg" is 2, "0007.jpg" is 0.
int label_of(const fs::path& file) {
  const std::string name = file.stem().string();
  const auto open = name.find('(');
  return open == std::string::npos ? 0 : std::stoi(name.substr(open + 1)) - 1;
}

std::map<std::string, Digest> digests(const fs::path& folder) {
  std::map<std::string, Digest> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) found[fs::relative(entry.path(), folder)] = sha256(read_file(entry.path()));
  }
  return found;
}

using Pixels = std::array<std::uint8_t, 32 * 32 * 3>;

/// Decodes a split; `use` is called with the label and the pixels of each image.
template <typename Use>
void for_each_image(const fs::path& folder, Use&& use) {
  Pixels pixels{};
  for (const auto& entry : fs::directory_iterator(folder)) {
    decode_image(read_file(entry.path()), {32, 32}, pixels.data());
    use(label_of(entry.path()), pixels);
  }
}

using Means = std::array<std::array<double, 32 * 32 * 3>, 10>;

Means class_means(const fs::path& folder) {
  Means means{};
  std::array<int, 10> counts{};
  for_each_image(folder, [&](int label, const Pixels& pixels) {
    ++counts[static_cast<std::size_t>(label)];
    for (std::size_t i = 0; i < pixels.size(); ++i) means[static_cast<std::size_t>(label)][i] += pixels[i];
  });
  for (std::size_t c = 0; c < means.size(); ++c) {
    for (double& value : means[c]) value /= counts[c];
  }
  return means;
}

/// The accuracy of the simplest classifier: the class whose mean image is the nearest.
double nearest_mean_accuracy(const Means& means, const fs::path& folder) {
  int right = 0, all = 0;
  for_each_image(folder, [&](int label, const Pixels& pixels) {
    std::array<double, 10> distances{};
    for (std::size_t c = 0; c < means.size(); ++c) {
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        distances[c] += (means[c][i] - pixels[i]) * (means[c][i] - pixels[i]);
      }
    }
    right += std::min_element(distances.begin(), distances.end()) - distances.begin() == label;
    ++all;
  });
  return static_cast<double>(right) / all;
}

TEST_F(DemoTest, ItHasCifakesLayoutAndItsGapBetweenTheSources) {
  const fs::path folder = root_ / "demo";
  write_demo_data(folder);
  EXPECT_TRUE(is_demo_data(folder));
  EXPECT_EQ(entries(), 1U) << "something temporary was left beside the folder";

  for (const char* source : {"REAL", "FAKE"}) {
    for (const auto& [split, per_class] : {std::pair{"train", 400}, std::pair{"test", 100}}) {
      std::array<int, 10> counts{};
      for (const auto& entry : fs::directory_iterator(folder / split / source)) {
        ++counts.at(static_cast<std::size_t>(label_of(entry.path())));
      }
      for (const int count : counts) EXPECT_EQ(count, per_class) << split << ' ' << source;
    }
  }
  for (const char* name :
       {"train/REAL/0000.jpg", "train/REAL/0399 (10).jpg", "test/REAL/0099 (2).jpg", "train/FAKE/1000.jpg",
        "train/FAKE/1399 (5).jpg", "test/FAKE/0.jpg", "test/FAKE/99 (7).jpg"}) {
    EXPECT_TRUE(fs::exists(folder / name)) << name;
  }

  const Means means = class_means(folder / "train/FAKE");
  const double on_fake = nearest_mean_accuracy(means, folder / "test/FAKE");
  const double on_real = nearest_mean_accuracy(means, folder / "test/REAL");
  EXPECT_GT(on_fake, 0.8);
  EXPECT_LT(on_real, on_fake - 0.3);
  EXPECT_GT(on_real, 0.25) << "no better than chance: there would be nothing to learn from FAKE";
}

TEST_F(DemoTest, ItIsTheSameWheneverItIsWrittenAndReplacesItself) {
  write_demo_data(root_ / "one");
  const auto first = digests(root_ / "one");
  EXPECT_EQ(first.size(), 10'001U);
  fs::remove(root_ / "one" / "test" / "REAL" / "0000.jpg");
  write_demo_data(root_ / "one" / "");
  EXPECT_EQ(digests(root_ / "one"), first);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(DemoTest, AnEmptyFolderIsFilledWithImagesThatAllDiffer) {
  fs::create_directories(root_ / "demo");
  write_demo_data(root_ / "demo");
  std::map<Digest, std::string> seen;
  for (const auto& [name, digest] : digests(root_ / "demo")) {
    const auto [other, fresh] = seen.emplace(digest, name);
    EXPECT_TRUE(fresh) << name << " equals " << other->second;
  }
}

TEST_F(DemoTest, WhatIsDrawnIsTheSameOnEveryMachine) {
  // Pixels before JPEG: pinned so that a compiler, a processor or a change of the code cannot alter
  // the demo unnoticed.
  Style style;
  style.turn = 20;
  style.smallest = 60;
  style.stretch = style.shift = style.noise = style.light = 10;
  style.proportions = 3;
  style.mirrored = style.own_colour = style.own_place = style.obstacles = style.blurred = style.malformed = 50;
  style.blotches = 4;
  style.colour_spread = 20;
  style.lowest_contrast = 60;
  Sha256 hash;
  for (int label = 0; label < 10; ++label) {
    for (std::uint64_t i = 0; i < 20; ++i) {
      Random random(7, "test", static_cast<std::uint32_t>(label), i);
      const auto pixels = draw_demo_image(label, style, random);
      hash.update(pixels.data(), pixels.size());
    }
  }
  EXPECT_EQ(to_hex(hash.finish(), 16), "fbc3ab5ce257212a");
}

TEST_F(DemoTest, OtherFilesAreNeverTouched) {
  write_file(root_ / "mine" / "thesis.txt", "years of work");
  EXPECT_THROW(write_demo_data(root_ / "mine"), Error);
  EXPECT_THROW(write_demo_data(root_ / "mine" / "thesis.txt"), Error);
  EXPECT_THROW(write_demo_data(root_ / "mine" / "thesis.txt" / "below"), Error);
  EXPECT_EQ(digests(root_).size(), 1U);
  EXPECT_FALSE(is_demo_data(root_ / "mine"));
  EXPECT_FALSE(is_demo_data(root_ / "nothing"));
}

TEST_F(DemoTest, AStopLeavesNothing) {
  request_stop();
  EXPECT_THROW(write_demo_data(root_ / "demo"), Stopped);
  EXPECT_EQ(entries(), 0U);
}

}  // namespace
}  // namespace ersatz::data
