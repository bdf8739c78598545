#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "data/data_set.hpp"
#include "data/import/container.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::cifake_files;
using testing::error_of;
using testing::Files;
using ::testing::HasSubstr;
using testing::Packing;
using testing::png_image;
using testing::ScratchFolder;
using testing::write_archive;
using testing::write_tree;

class BadInput : public ::testing::Test {
 protected:
  ~BadInput() override { EXPECT_FALSE(fs::exists(scratch_ / "cache")) << "bad input must leave nothing behind"; }

  std::string error(const fs::path& path) { return error_of(path, scratch_ / "cache"); }
  std::string error(const Files& files) { return error(write_tree(scratch_ / "tree", files)); }
  std::string error_in_zip(const Files& files) { return error(write_archive(scratch_ / "a.zip", files, Packing::zip)); }
  fs::path file(const std::string& name, const std::string& bytes) {
    testing::write_plain(scratch_ / name, bytes);
    return scratch_ / name;
  }

  ScratchFolder scratch_;
};

TEST_F(BadInput, MissingPath) {
  EXPECT_THAT(error(scratch_ / "none.zip"), AllOf(HasSubstr("none.zip"), HasSubstr("No such file")));
}

TEST_F(BadInput, NotAnArchive) {
  EXPECT_THAT(error(file("text.zip", "this is text\n")), AllOf(HasSubstr("text.zip"), HasSubstr("not an archive")));
  EXPECT_THAT(error(file("empty.zip", "")), HasSubstr("is empty"));
  EXPECT_THAT(error(file("image.zip", png_image(1))), HasSubstr("not an archive"));
  EXPECT_THAT(error("/dev/null"), HasSubstr("neither a file nor a folder"));
}

TEST_F(BadInput, EveryTruncatedZipIsNoticed) {
  for (const Packing packing : {Packing::zip, Packing::stored_zip}) {
    const std::string whole = read_file(write_archive(scratch_ / "whole.zip", cifake_files("", 1, 1), packing));
    for (std::size_t length = 0; length < whole.size(); length += 1 + length / 40) {
      EXPECT_NE(error(file("cut.zip", whole.substr(0, length))), "") << "cut to " << length << " of " << whole.size();
    }
    EXPECT_THAT(error(file("cut.zip", whole.substr(0, whole.size() / 2))), HasSubstr("is a zip that is cut short"));
  }
}

TEST_F(BadInput, EveryTruncatedTarIsNoticed) {
  for (const Packing packing : {Packing::tar, Packing::tar_gz}) {
    const std::string whole = read_file(write_archive(scratch_ / "whole.tar", cifake_files("", 1, 1), packing));
    // (a plain tar is whole without some of the zeros at its end)
    const std::size_t longest = packing == Packing::tar ? whole.size() - 1024 : whole.size();
    for (std::size_t length = 0; length < longest; length += 1 + length / 40) {
      EXPECT_NE(error(file("cut.tar", whole.substr(0, length))), "") << "cut to " << length << " of " << whole.size();
    }
  }
}

TEST_F(BadInput, DamagedBytesInAZipAreNoticed) {
  const std::string whole = read_file(write_archive(scratch_ / "whole.zip", cifake_files("", 1, 1), Packing::zip));
  std::string broken = whole;
  broken[whole.size() / 3] ^= 0x40;
  EXPECT_NE(error(file("broken.zip", broken)), "");
}

TEST_F(BadInput, EntriesThatEscape) {
  for (const char* name : {"../evil.png", "train/REAL/../../../x.png", "/etc/x.png"}) {
    for (const Packing packing : {Packing::zip, Packing::tar}) {
      Files files = cifake_files("", 1, 1);
      files.emplace_back(name, "harmless");
      EXPECT_THAT(error(write_archive(scratch_ / "a.bin", files, packing)),
                  AllOf(HasSubstr("unsafe path"), HasSubstr("a.bin")))
          << name;
    }
  }
}

TEST(SafePath, KeepsWhatStaysInside) {
  EXPECT_EQ(safe_path("./a//b/./c.png", "x.zip"), "a/b/c.png");
  EXPECT_EQ(safe_path("a..b/..c", "x.zip"), "a..b/..c");
  EXPECT_THROW(safe_path("a/..", "x.zip"), std::runtime_error);
  EXPECT_THROW(safe_path("C:/a", "x.zip"), std::runtime_error);
}

TEST_F(BadInput, ImagesThatDoNotDecodeAreNamed) {
  Files files = cifake_files("", 2, 1);
  files[25].second = testing::jpeg_image(1).substr(0, 300);
  EXPECT_THAT(error_in_zip(files), AllOf(HasSubstr("a.zip: " + files[25].first), HasSubstr("--skip-broken")));
}

// Whichever thread is faster, the same image is reported.
TEST_F(BadInput, TheFirstOfSeveralBrokenImagesIsNamed) {
  Files files = cifake_files("", 40, 10);
  for (const std::size_t i : {70U, 71U, 300U, 301U, 900U}) files[i].second = "no image";
  const fs::path path = write_archive(scratch_ / "a.zip", files, Packing::zip);
  for (int time = 0; time < 20; ++time) EXPECT_THAT(error(path), HasSubstr(files[70].first + ": is not a JPEG, PNG"));
}

// One summary, not a stop at the first file.
TEST_F(BadInput, BrokenImagesAreCountedByTheirReasons) {
  Files files = cifake_files("", 2, 1);
  files[3].second = "no image";
  for (const std::size_t i : {5U, 20U, 25U}) files[i].second = testing::jpeg_image(1).substr(0, 300);
  const fs::path folder = write_tree(scratch_ / "broken", files);
  fs::create_symlink("nowhere.png", folder / "train" / "REAL" / "0009.png");
  const std::string text = error(folder);
  EXPECT_THAT(text, AllOf(HasSubstr("5 of 61 images cannot be read"), HasSubstr(files[3].first + ": is not a JPEG"),
                          HasSubstr("is cut short (and 2 more)"), HasSubstr("--skip-broken")));
  EXPECT_THAT(text, HasSubstr("train/REAL/0009.png: cannot be opened: No such file or directory"));
  const ScratchFolder cache;
  ImportOptions options;
  options.cache = cache.path();
  options.skip_broken = true;
  EXPECT_EQ(open_data_set({folder, {}}, options).skipped.size(), 5U);
}

TEST_F(BadInput, DifferentSizes) {
  Files files = cifake_files("", 2, 1);
  files[30].second = png_image(1, {8, 9});
  files[31].second = png_image(2, {8, 9});
  EXPECT_THAT(error_in_zip(files), AllOf(HasSubstr("images of several sizes: 8 x 8 (58) and 9 x 8 (2)"),
                                         HasSubstr("size = 64"), HasSubstr("--size 64")));
}

TEST_F(BadInput, UnknownLabels) {
  for (const char* name : {"train/REAL/0001 (11).png", "train/REAL/0001 (0).png", "train/REAL/cat.png",
                           "train/REAL/x.webp", "train/REAL/1 2.png", "train/REAL/cat/1.png"}) {
    Files files = cifake_files("", 1, 1);
    files.emplace_back(name, png_image(7));
    EXPECT_THAT(error_in_zip(files), AllOf(HasSubstr("unknown label"), HasSubstr(name))) << name;
  }
}

TEST_F(BadInput, SourcesWithoutAClassInCommon) {
  const ScratchFolder cache;  // the images are imported before their classes are found not to fit
  EXPECT_THAT(error_of(write_tree(scratch_ / "tree", {{"train/A/cat/1.png", png_image(1)},
                                                      {"train/B/dog/1.png", png_image(2)},
                                                      {"train/B/frog/1.png", png_image(3)}}),
                       cache.path()),
              AllOf(HasSubstr("the source A has no class in common with others: it has cat; they have dog and frog"),
                    HasSubstr("classes = {"), HasSubstr("[data.sources]")));
}

TEST_F(BadInput, NoImages) {
  EXPECT_THAT(error(Files{{"README.md", "x"}}), HasSubstr("holds no images"));
  EXPECT_THAT(error(Files{{"a/b.png", png_image(1)}}), HasSubstr("can be read in two ways"));
  fs::create_directories(scratch_ / "nothing");
  EXPECT_THAT(error(scratch_ / "nothing"), HasSubstr("holds no images"));
}

TEST_F(BadInput, ImagesOfNoSource) {
  EXPECT_THAT(error(Files{{"train/1.png", png_image(1)}}), HasSubstr("train/1.png is not in a source's folder"));
}

TEST_F(BadInput, TwoDataSetsInOne) {
  EXPECT_THAT(error(Files{{"a/train/R/1.png", png_image(1)}, {"b/train/R/1.png", png_image(1)}}),
              HasSubstr("more than one data set"));
}

TEST_F(BadInput, TheSameNameTwice) {
  Files files = cifake_files("", 1, 1);
  files.emplace_back("./" + files[3].first, png_image(1));
  EXPECT_THAT(error_in_zip(files), HasSubstr("two files called " + files[3].first));
}

TEST_F(BadInput, SourcesOfDifferentSizesOrClasses) {
  write_archive(scratch_ / "a.zip", cifake_files("", 1, 1), Packing::zip);
  DataLocation location;
  const ScratchFolder cache;  // the first of the two is imported before the second is found not to fit
  location.path = scratch_ / "a.zip";
  location.sources["SD"] = write_tree(scratch_ / "sd", testing::ten_of_one_source(1, {9, 9}));
  EXPECT_THAT(error_of(location, cache.path()), AllOf(HasSubstr("9 x 9"), HasSubstr("8 x 8"), HasSubstr("size = 64")));
  location.sources["SD"] =
      write_tree(scratch_ / "other", {{"train/wolf/1.png", png_image(1)}, {"train/lion/1.png", png_image(2)}});
  EXPECT_THAT(error_of(location, cache.path()), AllOf(HasSubstr("lion and wolf"), HasSubstr("airplane")));
}

TEST_F(BadInput, NoDataGiven) {
  EXPECT_THAT(error_of(DataLocation{}, scratch_ / "cache"), HasSubstr("no data are given"));
}

}  // namespace
}  // namespace ersatz::data
