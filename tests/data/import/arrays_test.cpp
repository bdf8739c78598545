// Arrays that NumPy wrote, and IDX files (make_array_fixtures.py); CIFAR-100's records.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.hpp"
#include "data/import/container.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/numpy_arrays.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using testing::Files;
using ::testing::HasSubstr;
using testing::Packing;
using testing::png_image;
using testing::ScratchFolder;
using testing::write_archive;
using testing::write_tree;

std::string fixture(const std::string& name) {
  return read_file(fs::path(ERSATZ_SOURCE_DIR) / "tests/data/import/arrays" / name);
}

/// What make_array_fixtures.py put into image i, as RGB.
std::vector<std::uint8_t> expected_pixels(std::size_t i, bool grey) {
  std::vector<std::uint8_t> pixels;
  for (std::size_t y = 0; y < 4; ++y) {
    for (std::size_t x = 0; x < 5; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        pixels.push_back(static_cast<std::uint8_t>(31 * i + 7 * y + 3 * x + (grey ? 0 : 50 * c)));
      }
    }
  }
  return pixels;
}

void expect_images(const std::shared_ptr<const ImageStore>& store, std::size_t count, std::size_t first,
                   bool grey = false) {
  ASSERT_NE(store, nullptr);
  ASSERT_EQ(store->size(), count);
  EXPECT_EQ(store->shape(), (ImageShape{4, 5}));
  for (std::size_t i = 0; i < count; ++i) {
    const auto pixels = expected_pixels(first + i, grey);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), store->image(i).begin(), store->image(i).end())) << i;
    EXPECT_EQ(store->labels()[i], static_cast<std::int32_t>((3 * (first + i) + 1) % 5)) << i;
  }
}

class Arrays : public ::testing::Test {
 protected:
  DataSet open(const fs::path& path) {
    ImportOptions options;
    options.cache = scratch_ / "cache";
    return open_data_set({{}, {{"A", path}}}, options);
  }
  DataSet open(const Files& files) {
    fs::remove_all(scratch_ / "in");
    return open(write_tree(scratch_ / "in", files));
  }
  DataSet open_file(const std::string& name) {
    testing::write_plain(scratch_ / name, fixture(name));
    return open(scratch_ / name);
  }
  std::string error(const Files& files) {
    fs::remove_all(scratch_ / "bad");
    return error_of({{}, {{"A", write_tree(scratch_ / "bad", files)}}}, scratch_ / "cache");
  }
  std::string error(const std::string& name) { return error(Files{{name, fixture(name)}}); }

  ScratchFolder scratch_;
};

TEST_F(Arrays, AnNpzFileIsReadByItselfInAFolderAndInAnArchive) {
  const DataSet set = open_file("stored.npz");
  expect_images(set.source("A").train, 6, 0);
  EXPECT_THAT(set.classes, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(set.source("A").train->file_name(2), "images/00002");
  EXPECT_EQ(set.source("A").train_folder, "stored.npz");
  ASSERT_EQ(set.ignored.size(), 1U);
  EXPECT_EQ(set.ignored[0].example, "stored.npz/names");
  const Files files{{"stored.npz", fixture("stored.npz")}};
  EXPECT_EQ(open(files).fingerprint, set.fingerprint);
  EXPECT_EQ(open(write_archive(scratch_ / "a.tar.gz", files, Packing::tar_gz)).fingerprint, set.fingerprint);
}

TEST_F(Arrays, MayHaveAnyNames) {
  DataLocation location{{},
                        {{"A", write_tree(scratch_ / "in", {{"pictures_train.npy", fixture("images.npy")},
                                                            {"kinds_train.npy", fixture("labels.npy")}})}}};
  location.columns.all = {"Pictures", "kinds"};
  ImportOptions options;
  options.cache = scratch_ / "cache";
  const DataSet set = open_data_set(location, options);
  expect_images(set.source("A").train, 6, 0, true);
  location.columns.named["A"] = {"pictures", "labels"};
  EXPECT_THAT(error_of(location, scratch_ / "cache"), HasSubstr("columns = {"));
}

TEST_F(Arrays, NamesGiveTheSplits) {
  const DataSet set = open_file("splits.npz");
  expect_images(set.source("A").train, 6, 0);
  expect_images(set.source("A").test, 4, 100);
  const DataSet three = open_file("validation.npz");
  expect_images(three.source("A").train, 6, 0);
  expect_images(three.source("A").test, 4, 100);
  ASSERT_EQ(three.ignored.size(), 1U);
  EXPECT_EQ(three.ignored[0].example, "validation.npz/val_images");
}

TEST_F(Arrays, GreyImagesAndPositionalNames) {
  expect_images(open_file("positional.npz").source("A").train, 6, 0, true);
}

TEST_F(Arrays, PairsOfNpyFiles) {
  const std::string images = fixture("images.npy"), labels = fixture("labels.npy");
  expect_images(open(Files{{"images.npy", images}, {"labels.npy", labels}}).source("A").train, 6, 0, true);
  const DataSet set = open(Files{{"x/train/images.npy", images},
                                 {"x/train/labels.npy", labels},
                                 {"x/test/images.npy", images},
                                 {"x/test/labels.npy", labels}});
  expect_images(set.source("A").train, 6, 0, true);
  expect_images(set.source("A").test, 6, 0, true);
}

TEST_F(Arrays, SeveralFilesAreOneSplit) {
  const DataSet set =
      open(Files{{"train_batch_1.npz", fixture("stored.npz")}, {"train_batch_2.npz", fixture("stored.npz")}});
  EXPECT_EQ(set.source("A").train->size(), 12U);
}

TEST_F(Arrays, WhatIsNotReadIsSaid) {
  EXPECT_THAT(error("float.npz"), AllOf(HasSubstr("float.npz: its array images holds images of the type float32"),
                                        HasSubstr("astype(\"uint8\")")));
  EXPECT_THAT(error("wide.npz"), HasSubstr("of the type int64: they must be bytes"));
  EXPECT_THAT(error("fortran.npz"), HasSubstr("ascontiguousarray"));
  EXPECT_THAT(error("alpha.npz"), HasSubstr("of the shape [6, 4, 5, 4]"));
  EXPECT_THAT(error("one-hot.npz"), HasSubstr("labels that are not one number"));
  EXPECT_THAT(error("float-labels.npz"), HasSubstr("labels of the type float64"));
  EXPECT_THAT(error("negative.npz"), HasSubstr("label 3 is -1"));
  EXPECT_THAT(error("fewer.npz"), HasSubstr("holds 6 images, but fewer.npz/labels 5 labels"));
  EXPECT_THAT(error("alone.npz"), AllOf(HasSubstr("alone.npz/images has no labels"), HasSubstr("x_train")));
  EXPECT_THAT(error("twice.npz"), HasSubstr("not clear whether"));
  EXPECT_THAT(error("fields.npz"), HasSubstr("no plain table of numbers"));
  EXPECT_THAT(error(Files{{"a.npz", "x"}}), HasSubstr("a.npz: cannot be unzipped, it is cut short"));
  EXPECT_THAT(error_of(write_tree(scratch_ / "in", {{"a.npz", fixture("stored.npz")}}), scratch_ / "cache"),
              HasSubstr("which name no source"));
  EXPECT_FALSE(fs::exists(scratch_ / "cache"));
}

TEST_F(Arrays, CutAndDamagedFilesAreErrors) {
  for (const char* name : {"stored.npz", "splits.npz"}) {
    const std::string whole = fixture(name);
    for (std::size_t length = 0; length < whole.size(); length += 11) {
      EXPECT_NE(error({{name, whole.substr(0, length)}}), "") << name << " cut to " << length;
    }
    for (std::size_t at = 0; at < whole.size(); at += 13) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(~bytes[at]);
      error({{name, bytes}});  // an Error or images, as in a name that nobody looks at
    }
  }
  std::string images = fixture("stored.npz");
  const auto pixels = expected_pixels(2, false);
  images[images.find(std::string(pixels.begin(), pixels.end()))] ^= 1;
  // In a child or, without sandbox, here, where the whole file is looked at first.
  EXPECT_THAT(error({{"a.npz", images}}), AllOf(HasSubstr("a.npz: "), HasSubstr("cut short or damaged")));
  EXPECT_THAT(error({{"images.npy", fixture("images.npy").substr(0, 200)}, {"labels.npy", fixture("labels.npy")}}),
              HasSubstr("images.npy: is cut short"));
}

TEST_F(Arrays, BesideManyImagesTheyAreNoData) {
  Files files = testing::cifake_files("", 1, 1);
  files.emplace_back("statistics.npz", fixture("stored.npz"));
  const DataSet set = testing::open_path(write_tree(scratch_ / "in", files), scratch_ / "cache");
  EXPECT_EQ(set.sources.size(), 2U);
}

/// Memory of this process without pages of files.
std::size_t anonymous_memory() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  for (std::string word; rollup >> word;) {
    std::size_t kib = 0;
    if (word == "Anonymous:" && rollup >> kib) return kib * 1024;
  }
  return 0;
}

// 300 MB of zeros, which take no room on the disk, go through a file of any size without filling memory.
TEST_F(Arrays, LargeFilesAreStreamed) {
  constexpr std::size_t kImages = 100;
  const auto header = [](const std::string& shape) {
    std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }";
    text.resize(118, ' ');
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + text;
  };
  const fs::path folder = write_tree(scratch_ / "in", {{"images.npy", header("100, 1024, 1024, 3")},
                                                       {"labels.npy", header("100,") + std::string(kImages, '\x01')}});
  fs::resize_file(folder / "images.npy", 128 + kImages * 1024 * 1024 * 3);
  const auto container = open_container(folder);
  const Layout layout = numpy_layout(*container, folder, "A", {});
  ASSERT_EQ(layout.splits.at(0).image_count(), kImages);
  const std::size_t before = anonymous_memory();
  std::size_t images = 0, most = 0;
  container->read({true, false}, [&](std::size_t, const FileContent& content) {
    const auto stream = layout.reader->by_record()->records(layout.splits[0].files[0], content.bytes);
    while (const auto record = stream->next()) {
      EXPECT_EQ(record->label, 1);
      images += record->bytes.size() == std::size_t{3} << 20 ? 1 : 0;
      if (images % 10 == 0) most = std::max(most, anonymous_memory());
    }
  });
  EXPECT_EQ(images, kImages);
  EXPECT_LT(most, before + (std::size_t{64} << 20));
}

TEST(ArrayName, SaysWhatAnArrayIs) {
  EXPECT_TRUE(array_name("Y_train")->labels);
  EXPECT_EQ(array_name("Y_train")->split, NamedSplit::train);
  EXPECT_EQ(array_name("test_images")->split, NamedSplit::test);
  EXPECT_FALSE(array_name("arr_0")->labels);
  EXPECT_TRUE(array_name("arr_1")->labels);
  EXPECT_EQ(array_name("train-data")->split, NamedSplit::train);
  for (const char* other : {"", "train", "mean", "arr_2", "images_mean"}) EXPECT_FALSE(array_name(other)) << other;
}

TEST_F(Arrays, MnistsFilesPackedOrPlain) {
  const std::vector<std::string> names{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                       "t10k-labels-idx1-ubyte"};
  Files packed;
  for (const std::string& name : names) packed.emplace_back("raw/" + name + ".gz", fixture(name + ".gz"));
  const DataSet set = open(packed);
  expect_images(set.source("A").train, 6, 0, true);
  expect_images(set.source("A").test, 4, 100, true);
  EXPECT_EQ(set.source("A").train_folder, "raw");

  Files plain;  // unpacked, and with the dot that some write
  std::string images("\0\0\x08\x03\0\0\0\x06\0\0\0\x04\0\0\0\x05", 16), labels("\0\0\x08\x01\0\0\0\x06", 8);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto pixels = expected_pixels(i, true);
    for (std::size_t p = 0; p < 20; ++p) images += static_cast<char>(pixels[3 * p]);
    labels += static_cast<char>((3 * i + 1) % 5);
  }
  expect_images(open(Files{{"train-images.idx3-ubyte", images}, {"train-labels.idx1-ubyte", labels}}).source("A").train,
                6, 0, true);

  const auto with = [&](const std::string& some_images, const std::string& some_labels) {
    return error({{"train-images-idx3-ubyte", some_images}, {"train-labels-idx1-ubyte", some_labels}});
  };
  EXPECT_THAT(with(images.substr(0, 100), labels), HasSubstr("train-images-idx3-ubyte: is cut short: it is too small"));
  std::string claims = images;
  claims.replace(4, 4, 4, '\xff');
  EXPECT_THAT(with(claims, labels), HasSubstr("too small for what its header says"));
  EXPECT_THAT(with(images + "x", labels), HasSubstr("bytes left over"));
  EXPECT_THAT(with(images, labels.substr(0, 12)), HasSubstr("train-labels-idx1-ubyte: is cut short"));
  EXPECT_THAT(with(labels + images, labels), HasSubstr("no IDX file of images"));
  EXPECT_THAT(error({{"train-images-idx3-ubyte", images}}), HasSubstr("train-labels-idx1-ubyte is missing"));
  std::string fewer = labels.substr(0, 13);
  fewer[7] = 5;
  EXPECT_THAT(with(images, fewer), HasSubstr("holds 6 images, but train-labels-idx1-ubyte 5 labels"));
  std::string damaged = packed[0].second;
  damaged[damaged.size() - 6] ^= 1;  // its checksum
  EXPECT_THAT(error({packed[1], {packed[0].first, damaged}}), HasSubstr("cut short or damaged"));
}

TEST_F(Arrays, Cifar100) {
  std::string train, names;
  for (int i = 0; i < 7; ++i) {
    train += static_cast<char>(19 - i);
    train += static_cast<char>(i);
    const auto pixels = testing::image_pixels(i, {32, 32});
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t p = 0; p < 1024; ++p) train += static_cast<char>(pixels[3 * p + c]);
    }
  }
  for (int k = 0; k < 100; ++k) names += "class" + std::to_string(k) + "\n";
  const Files files{{"cifar-100-binary/train.bin", train},
                    {"cifar-100-binary/test.bin", train.substr(0, 3074)},
                    {"cifar-100-binary/fine_label_names.txt", names},
                    {"cifar-100-binary/coarse_label_names.txt", "fish\n"}};
  const DataSet set = open(write_archive(scratch_ / "c.tar.gz", files, Packing::tar_gz));
  EXPECT_EQ(set.classes.size(), 100U);
  EXPECT_EQ(set.classes[42], "class42");
  const ImageStore& store = *set.source("A").train;
  ASSERT_EQ(store.size(), 7U);
  EXPECT_EQ(set.source("A").test->size(), 1U);
  for (std::size_t i = 0; i < 7; ++i) {
    const auto pixels = testing::image_pixels(static_cast<int>(i), {32, 32});
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), store.image(i).begin(), store.image(i).end()));
    EXPECT_EQ(store.labels()[i], static_cast<std::int32_t>(i));
  }
  EXPECT_EQ(open(Files{{"train.bin", train}}).classes[99], "99");
  EXPECT_THAT(error({{"train.bin", train.substr(1)}, files[2]}), HasSubstr("not a multiple of 3074"));
  train[3074 + 1] = 100;
  EXPECT_THAT(error({{"train.bin", train}}), HasSubstr("unknown label: image 1 says class 100"));
}

}  // namespace
}  // namespace ersatz::data
