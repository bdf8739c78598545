#include "data/import/layout.hpp"
#include "data/import/labels.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/import/paths.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::AllOf;
using testing::cifake_files;
using ::testing::ElementsAre;
using testing::error_of;
using testing::Files;
using ::testing::HasSubstr;
using testing::open_path;
using testing::Packing;
using testing::png_image;
using testing::ScratchFolder;
using testing::write_archive;
using testing::write_tree;

constexpr ImageShape kCifarShape{32, 32};
constexpr std::size_t kCifarRecord = 1 + 32 * 32 * 3;

std::string cifar_batch(int first, int records, int classes = 10) {
  std::string bytes;
  for (int i = first; i < first + records; ++i) {
    const auto pixels = testing::image_pixels(i, kCifarShape);
    bytes += static_cast<char>(i % classes);
    for (int c = 0; c < 3; ++c) {
      for (std::size_t k = 0; k < 1024; ++k) bytes += static_cast<char>(pixels[3 * k + c]);
    }
  }
  return bytes;
}

DataSet open_source(const std::string& name, const std::filesystem::path& path, const ScratchFolder& scratch) {
  ImportOptions options;
  options.cache = scratch / "cache";
  return open_data_set({{}, {{name, path}}}, options);
}

TEST(CifakeLabel, IsTheNumberInParenthesesLessOne) {
  EXPECT_EQ(cifake_label("0000 (2).jpg"), 1);
  EXPECT_EQ(cifake_label("4999 (10).jpg"), 9);
  EXPECT_EQ(cifake_label("0 (1).png"), 0);
  EXPECT_EQ(cifake_label("123.jpeg"), 0);
  for (const char* other : {"", "cat.jpg", "0 (11).jpg", "0 (0).jpg", "0 (x).jpg", "0 ().jpg", "0 (2.jpg", "0 (2)",
                            "0 (2) (3).jpg", "(2).jpg", "1.2.jpg", "0 (999).jpg"}) {
    EXPECT_EQ(cifake_label(other), std::nullopt) << other;
  }
}

TEST(Paths, HiddenAndForeignFilesAreKnown) {
  EXPECT_TRUE(is_hidden("a/.DS_Store"));
  EXPECT_TRUE(is_hidden("__MACOSX/train/REAL/0.jpg"));
  EXPECT_TRUE(is_hidden("train/REAL/._0.jpg"));
  EXPECT_FALSE(is_hidden("train/REAL/0.jpg"));
  EXPECT_TRUE(has_image_ending("x.JPG"));
  EXPECT_FALSE(has_image_ending("png"));
  EXPECT_TRUE(is_utf8("kätzchen 猫 😀"));
  EXPECT_FALSE(is_utf8("k\xe4tzchen"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98"));
}

TEST(Layout, ClassFoldersGiveTheLabelsInByteOrderOfTheirNames) {
  const ScratchFolder scratch;
  const Files files{{"train/A/Zebra/1.png", png_image(1)}, {"train/A/cat/sub/1.png", png_image(2)},
                    {"test/A/cat/1.png", png_image(3)},    {"test/A/Zebra/9.png", png_image(4)},
                    {"train/B/cat/1.png", png_image(5)},   {"train/B/Zebra/1.jpg", png_image(6)}};
  const DataSet set = open_path(write_tree(scratch / "in", files), scratch / "cache");
  EXPECT_THAT(set.classes, ElementsAre("Zebra", "cat"));
  const ImageStore& store = *set.source("A").train;
  EXPECT_EQ(store.file_name(0), "Zebra/1.png");
  EXPECT_EQ(store.file_name(1), "cat/sub/1.png");
  EXPECT_THAT(store.labels(), ElementsAre(0, 1));
  EXPECT_EQ(set.source("B").test, nullptr);
}

TEST(Layout, AClassMayBeCalledTrain) {
  const ScratchFolder scratch;
  const Files files{{"data/train/A/train/1.png", png_image(1)},
                    {"data/train/A/boat/1.png", png_image(2)},
                    {"data/test/A/train/1.png", png_image(3)},
                    {"data/test/A/boat/1.png", png_image(4)}};
  const DataSet set = open_path(write_tree(scratch / "in", files), scratch / "cache");
  EXPECT_THAT(set.classes, ElementsAre("boat", "train"));
  EXPECT_EQ(set.source("A").train->size(), 2U);
}

TEST(Layout, AFolderAroundTheDataMayBeCalledTest) {
  const ScratchFolder scratch;
  const DataSet set = open_path(write_tree(scratch / "in", cifake_files("test/cifake/", 1, 1)), scratch / "cache");
  EXPECT_EQ(set.sources.size(), 2U);
  EXPECT_EQ(set.source("REAL").train_folder, "test/cifake/train/REAL");
}

TEST(Layout, OtherFilesAreIgnoredAndCounted) {
  const ScratchFolder scratch;
  Files files = cifake_files("", 1, 1);
  for (const char* name :
       {"README.md", "train/REAL/notes.txt", "train/REAL/.DS_Store", "__MACOSX/train/REAL/._0000.png", "figure.png"}) {
    files.emplace_back(name, "x");
  }
  const DataSet set = open_path(write_archive(scratch / "a.zip", files, Packing::zip), scratch / "cache");
  EXPECT_EQ(set.source("REAL").train->size(), 10U);
  std::map<std::string, std::size_t> counts;
  for (const IgnoredFiles& ignored : set.ignored) counts[ignored.reason] = ignored.count;
  EXPECT_EQ(counts["not an image file"], 2U);
  EXPECT_EQ(counts["hidden or made by the operating system"], 2U);
  EXPECT_EQ(counts["an image outside train/ and test/"], 1U);
  EXPECT_TRUE(set.skipped.empty());
}

TEST(Layout, NamesMayHoldAnyLetters) {
  const ScratchFolder scratch;
  const Files files{{"train/Bücher/猫/ä.png", png_image(1)}, {"test/Bücher/猫/😀.png", png_image(2)}};
  for (const Packing packing : {Packing::zip, Packing::tar_gz}) {
    const DataSet set = open_path(write_archive(scratch / "a.bin", files, packing), scratch / "cache");
    EXPECT_THAT(set.classes, ElementsAre("猫"));
    EXPECT_EQ(set.source("Bücher").test->file_name(0), "猫/😀.png");
  }
}

TEST(Layout, ASourceOfItsOwnMayHaveAnyOfThreeForms) {
  const ScratchFolder scratch;
  Files named, flat;
  for (const auto& [name, bytes] : cifake_files("", 2, 1)) {
    if (name.find("REAL") == std::string::npos) continue;
    std::string path = name;
    named.emplace_back(path.replace(path.find("REAL"), 4, "SD"), bytes);
    path = name;
    flat.emplace_back("x/" + path.erase(path.find("REAL/"), 5), bytes);
  }
  Files others = named;
  others.emplace_back("train/OTHER/0000.png", png_image(1));
  const std::string fingerprint = open_source("SD", write_tree(scratch / "named", named), scratch).fingerprint;
  EXPECT_EQ(open_source("SD", write_tree(scratch / "others", others), scratch).fingerprint, fingerprint);
  const DataSet from_flat = open_source("SD", write_tree(scratch / "flat", flat), scratch);
  EXPECT_EQ(from_flat.fingerprint, fingerprint);
  EXPECT_EQ(from_flat.source("SD").train_folder, "x/train");

  const DataSet classes = open_source(
      "SD", write_tree(scratch / "classes", {{"train/cat/0001.png", png_image(1)}, {"train/dog/2.png", png_image(2)}}),
      scratch);
  EXPECT_THAT(classes.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(classes.sources.size(), 1U);
  EXPECT_EQ(classes.sources[0].name, "SD");
}

TEST(Layout, ASourcesOwnPathTakesThePlaceOfTheOneInTheCommonPath) {
  const ScratchFolder scratch;
  const auto common = write_tree(scratch / "common", cifake_files("", 2, 1));
  const auto own = write_tree(scratch / "own", testing::ten_of_one_source(500));
  ImportOptions options;
  options.cache = scratch / "cache";
  const DataSet set = open_data_set({common, {{"FAKE", own}, {"SD", own}}}, options);
  ASSERT_EQ(set.sources.size(), 3U);
  EXPECT_EQ(set.source("FAKE").train->size(), 10U);
  EXPECT_EQ(set.source("FAKE").test, nullptr);
  EXPECT_EQ(set.source("REAL").train->size(), 20U);
  EXPECT_EQ(set.source("SD").train->size(), 10U);
  EXPECT_THROW(set.source("GAN"), Error);
}

// "000.jpg" alone would be an airplane in CIFAKE's naming.
TEST(Layout, FoldersOfNumberedFilesAreNotTakenForCifake) {
  const ScratchFolder scratch;
  Files files;
  for (const std::string folder : {"train/bird/", "train/cat/", "test/bird/", "test/cat/"}) {
    for (int i = 0; i < 2; ++i) files.emplace_back(fmt::format("{}00{}.png", folder, i), png_image(int(files.size())));
  }
  const auto path = write_tree(scratch / "in", files);
  EXPECT_THAT(testing::error_of(path, scratch / "cache"),
              AllOf(HasSubstr("can be read in two ways"), HasSubstr("bird and cat as sources"),
                    HasSubstr("the classes of one source"), HasSubstr("[data.sources] photos = \"" + path.string())));
  // The line that the error gives.
  const DataSet set = open_source("photos", path, scratch);
  EXPECT_THAT(set.classes, ElementsAre("bird", "cat"));
  EXPECT_EQ(set.source("photos").train->size(), 4U);
}

TEST(Layout, CifakesNamesAreBelievedOnlyAsAWhole) {
  const ScratchFolder scratch;
  const auto error_with = [&](const Files& files) {
    static int count = 0;
    return testing::error_of(write_tree(scratch / std::to_string(++count), files), scratch / "cache");
  };
  Files nine = cifake_files("", 1, 1);
  std::erase_if(nine, [](const auto& file) { return file.first.find("REAL/0000 (7)") != std::string::npos; });
  EXPECT_THAT(error_with(nine), HasSubstr("only 9 of its 10 classes occur in REAL"));
  EXPECT_THAT(error_with({{"train/REAL/a.png", png_image(1)}}), HasSubstr("no file of REAL is"));
  Files ship = cifake_files("", 1, 1);
  for (auto& [name, bytes] : ship) name.replace(name.find('/') + 1, 4, "Ship");
  EXPECT_THAT(error_with(ship), HasSubstr("Ship is the name of a class"));
}

TEST(CifarBatches, AreReadFromFoldersAndTars) {
  const ScratchFolder scratch;
  const Files files{{"cifar-10-batches-bin/data_batch_2.bin", cifar_batch(10, 20)},
                    {"cifar-10-batches-bin/data_batch_1.bin", cifar_batch(0, 10)},
                    {"cifar-10-batches-bin/test_batch.bin", cifar_batch(100, 5)},
                    {"cifar-10-batches-bin/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"},
                    {"cifar-10-batches-bin/readme.html", "x"}};
  const DataSet folder = open_source("CIFAR10", write_tree(scratch / "in", files), scratch);
  const DataSet tar = open_source("CIFAR10", write_archive(scratch / "c.tar.gz", files, Packing::tar_gz), scratch);
  EXPECT_EQ(folder.fingerprint, tar.fingerprint);
  EXPECT_THAT(tar.classes, ElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
  const ImageStore& store = *tar.source("CIFAR10").train;
  ASSERT_EQ(store.size(), 30U);
  EXPECT_EQ(store.shape(), kCifarShape);
  for (int i = 0; i < 30; ++i) {
    const auto pixels = testing::image_pixels(i, kCifarShape);
    const auto image = store.image(static_cast<std::size_t>(i));
    EXPECT_EQ(store.labels()[static_cast<std::size_t>(i)], i % 10);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), image.begin(), image.end())) << i;
  }
  EXPECT_EQ(store.file_name(10), "data_batch_2.bin/00000");
  EXPECT_EQ(tar.source("CIFAR10").test->size(), 5U);
}

TEST(CifarBatches, WithoutNamesHaveCifar10sClasses) {
  const ScratchFolder scratch;
  const DataSet set = open_source("C", write_tree(scratch / "in", {{"data_batch_1.bin", cifar_batch(0, 3)}}), scratch);
  EXPECT_EQ(set.classes, cifar10_classes());
}

TEST(CifarBatches, BadOnesAreErrors) {
  const ScratchFolder scratch;
  const auto error = [&](const std::string& bytes) {
    return error_of({{}, {{"C", write_tree(scratch / "in", {{"data_batch_1.bin", bytes}})}}}, scratch / "cache");
  };
  EXPECT_THAT(error(cifar_batch(0, 3).substr(1)),
              AllOf(HasSubstr("data_batch_1.bin has 9218 bytes"), HasSubstr("cut short")));
  EXPECT_THAT(error(""), HasSubstr("has 0 bytes"));
  std::string wrong = cifar_batch(0, 3);
  wrong[kCifarRecord] = 10;
  EXPECT_THAT(error(wrong), AllOf(HasSubstr("unknown label"), HasSubstr("record 1 says class 10")));
  EXPECT_THAT(error_of(write_tree(scratch / "in", {{"data_batch_1.bin", cifar_batch(0, 1)}}), scratch / "cache"),
              HasSubstr("name no source"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "cache"));
}

// Leaving one out would drop a fifth of the training images.
TEST(CifarBatches, UnreadableOnesAreNotSkipped) {
  const ScratchFolder scratch;
  const auto path = write_archive(scratch / "c.zip",
                                  {{"data_batch_1.bin", cifar_batch(0, 3)}, {"data_batch_2.bin", cifar_batch(3, 3)}},
                                  Packing::stored_zip);
  const std::string bytes = read_file(path);
  ImportOptions options;
  options.cache = scratch / "cache";
  options.skip_broken = true;
  for (const int first : {0, 3}) {  // the first file says the size of all and is looked at alone
    std::string damaged = bytes;
    const std::size_t at = damaged.find(cifar_batch(first, 3).substr(1, 100));
    ASSERT_NE(at, std::string::npos);
    damaged[at] = static_cast<char>(~damaged[at]);
    write_file(path, damaged);
    try {
      open_data_set({{}, {{"C", path}}}, options);
      ADD_FAILURE() << "batch from image " << first << " was accepted";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("data_batch_"));
      EXPECT_THAT(error.hint(), HasSubstr("download CIFAR-10's binary version again"));
    }
  }
}

}  // namespace
}  // namespace ersatz::data
