// Which images a derived source has, and under which class: each kind by its definition.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/json.hpp"
#include "data/augment/augmenter.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/derive/derive_fixture.hpp"

namespace ersatz::data {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Pixels;

using Counts = std::map<std::string, int>;

class DerivedImages : public testing::DeriveTest {
 protected:
  // The originals that stand under a class.
  static std::set<std::string> originals(const DerivedManifest& manifest, const std::string& under = "") {
    std::set<std::string> names;
    for (const DerivedFile& file : manifest.files) {
      if (under.empty() || file.stands_under == under) names.insert(file.original);
    }
    return names;
  }

  // Every file is its original after `change`, which gets the pixels and the hash of them.
  template <typename Change>
  void expect_changed(const std::string& kind, Change change) {
    const DerivedManifest manifest = derive(kind, "changed");
    EXPECT_EQ(counts(manifest), (Counts{{"bird", 20}, {"cat", 20}, {"dog", 20}})) << kind;
    for (const DerivedFile& file : manifest.files) {
      EXPECT_EQ(file.stands_under, file.true_class);
      EXPECT_THAT(file.original, ::testing::StartsWith("train/REAL/" + file.true_class + "/"));
      EXPECT_EQ(written("changed", file.file), change(original(file.original), file.pixels))
          << kind << " " << file.file;
    }
    EXPECT_EQ(originals(manifest).size(), 60U);
    std::filesystem::remove_all(scratch_ / "changed");
  }
};

TEST_F(DerivedImages, ArePixelByPixelWhatTheTransformsMakeOfThem) {
  expect_changed("as-is", [](Pixels pixels, std::uint64_t) { return pixels; });
  expect_changed("jpeg:30", [](const Pixels& pixels, std::uint64_t) {
    Pixels read(pixels.size());
    decode_image(encode_jpeg(pixels, testing::kDeriveShape, 30), testing::kDeriveShape, read.data());
    return read;
  });
  // As `transform` of a test set in a study file.
  const auto transform = [](const char* json) {
    return [json](Pixels pixels, std::uint64_t hash) {
      Augmenter({transform_from_json(Json::parse(json))}, 1).apply(pixels, testing::kDeriveShape, 1, hash);
      return pixels;
    };
  };
  expect_changed("blur:1.5", transform(R"({"name": "blur", "sigma": 1.5})"));
  expect_changed("noise:25", transform(R"({"name": "noise", "deviation": 25})"));
  expect_changed("resize:4", transform(R"({"name": "resize", "factor": 2})"));
  expect_changed("saturation:1.4", transform(R"({"name": "color", "brightness": 0, "contrast": 0,
                                                 "saturation": [1.4, 1.4]})"));
}

TEST_F(DerivedImages, WithoutSaturationAreGrey) {
  const DerivedManifest manifest = derive("saturation:0", "grey");
  const Pixels pixels = written("grey", manifest.files[0].file), before = original(manifest.files[0].original);
  for (std::size_t i = 0; i < pixels.size(); i += 3) {  // ITU-R 601
    const double grey = 0.299 * before[i] + 0.587 * before[i + 1] + 0.114 * before[i + 2];
    for (std::size_t c = i; c < i + 3; ++c) EXPECT_NEAR(pixels[c], grey, 0.51);
  }
}

TEST_F(DerivedImages, TypicalAndDiverseAreTheNearestAndTheFarthest) {
  for (const bool nearest : {true, false}) {
    const DerivedManifest manifest = derive(nearest ? "typical:0.25" : "diverse:0.25", nearest ? "near" : "far");
    for (const std::string name : {"bird", "cat", "dog"}) {
      std::vector<Pixels> all;
      for (int i = 0; i < 20; ++i) all.push_back(original(fmt::format("train/REAL/{}/{:03}.png", name, i)));
      std::vector<std::pair<double, std::string>> distances;
      for (int i = 0; i < 20; ++i) {
        double distance = 0;
        for (std::size_t at = 0; at < all[0].size(); ++at) {
          double mean = 0;
          for (const Pixels& image : all) mean += image[at] / 20.0;
          distance += std::pow(all[static_cast<std::size_t>(i)][at] - mean, 2);
        }
        distances.emplace_back(nearest ? distance : -distance, fmt::format("train/REAL/{}/{:03}.png", name, i));
      }
      std::ranges::sort(distances);
      std::set<std::string> expected;
      for (std::size_t i = 0; i < 5; ++i) expected.insert(distances[i].second);
      EXPECT_EQ(originals(manifest, name), expected) << name;
    }
  }
  EXPECT_THAT(error_of("typical:0.25", 18), AllOf(HasSubstr("6 images of bird are wanted, but REAL has only 5"),
                                                  HasSubstr("in that share"), HasSubstr("or for a larger share")));
  DeriveOptions fewer = asked("typical:0.25", "fewer");
  fewer.images = 9;
  const auto all = originals(derive("typical:0.25", "all")), some = originals(derive(fewer));
  EXPECT_EQ(some.size(), 9U);
  EXPECT_TRUE(std::ranges::includes(all, some));
}

TEST_F(DerivedImages, DuplicatedOnesAreCopiesOfSoManyDifferentOnes) {
  DeriveOptions options = asked("duplicated:10", "copies");
  options.images = 45;
  const DerivedManifest manifest = derive(options);
  EXPECT_EQ(counts(manifest), (Counts{{"bird", 15}, {"cat", 15}, {"dog", 15}}));
  EXPECT_EQ(originals(manifest, "bird").size(), 4U);  // 10 of three classes
  EXPECT_EQ(originals(manifest, "cat").size(), 3U);
  EXPECT_EQ(originals(manifest, "dog").size(), 3U);
  std::set<Pixels> different;
  std::map<std::string, int> copies;
  for (const DerivedFile& file : manifest.files) {
    different.insert(written("copies", file.file));
    ++copies[file.original];
  }
  EXPECT_EQ(different.size(), 10U);
  for (const auto& [name, count] : copies) EXPECT_TRUE(count >= 3 && count <= 5) << name << " " << count;
  EXPECT_THAT(error_of("duplicated:2"), HasSubstr("one of each class at least"));
  EXPECT_THAT(error_of("duplicated:100"), HasSubstr("--kind duplicated:100: 34 different images of bird"));
}

TEST_F(DerivedImages, MislabelledOnesStandEvenlyUnderOtherClasses) {
  const DerivedManifest manifest = derive("mislabelled:0.3", "wrong");
  EXPECT_EQ(counts(manifest), (Counts{{"bird", 20}, {"cat", 20}, {"dog", 20}}));  // 6 leave, 6 come
  Counts moves;
  for (const DerivedFile& file : manifest.files) {
    EXPECT_THAT(file.original, HasSubstr("/" + file.true_class + "/"));
    EXPECT_EQ(written("wrong", file.file), original(file.original));
    if (file.stands_under != file.true_class) ++moves[file.true_class + " " + file.stands_under];
  }
  EXPECT_EQ(
      moves,
      (Counts{{"bird cat", 3}, {"bird dog", 3}, {"cat bird", 3}, {"cat dog", 3}, {"dog bird", 3}, {"dog cat", 3}}));
  EXPECT_EQ(originals(manifest).size(), 60U);
  EXPECT_THAT(error_of("mislabelled:0.01"), HasSubstr("that is not one of 20 images of bird"));
}

TEST_F(DerivedImages, AClassIsMissingAndTheOthersFillTheNumber) {
  DeriveOptions options = asked("classes-without:cat", "no-cat");
  options.images = 30;
  EXPECT_EQ(counts(derive(options)), (Counts{{"bird", 15}, {"dog", 15}}));
  EXPECT_EQ(counts(derive("classes-without:dog", "no-dog")), (Counts{{"bird", 20}, {"cat", 20}}));
  EXPECT_THAT(error_of("classes-without:brid"), AllOf(HasSubstr("no class \"brid\""), HasSubstr("mean \"bird\"?")));
  EXPECT_THAT(error_of("classes-without:cat", 42), HasSubstr("21 images of bird are wanted, but REAL has only 20"));
}

TEST_F(DerivedImages, MixedOnesAreOfBothSourcesAndLeaveOutWhatWasUsed) {
  DeriveOptions base = asked("as-is", "base");
  base.images = 30;
  const auto used = originals(derive(base));
  ASSERT_EQ(used.size(), 30U);
  DeriveOptions options = asked("mixed:0.4", "mixed");
  options.images = 30;
  options.without = {base.folder};
  const DerivedManifest manifest = derive(options);
  Counts from;
  for (const DerivedFile& file : manifest.files) {
    ++from[file.source + " " + file.stands_under];
    EXPECT_EQ(written("mixed", file.file), original(file.original));
    EXPECT_FALSE(used.contains(file.original)) << file.original;
  }
  EXPECT_EQ(
      from,
      (Counts{{"FAKE bird", 4}, {"FAKE cat", 4}, {"FAKE dog", 4}, {"REAL bird", 6}, {"REAL cat", 6}, {"REAL dog", 6}}));
  EXPECT_EQ(manifest.left_out, 30U);
  options.folder = scratch_ / "refused";
  options.images = 51;  // 17 of each class: 7 of FAKE, 10 of REAL
  EXPECT_EQ(error_of(options), "");
  options.images = 54;
  options.folder = scratch_ / "refused more";
  EXPECT_THAT(error_of(options), HasSubstr("11 images of bird are wanted, but REAL has only 10 different ones"));
  options.without = {scratch_ / "in1"};
  EXPECT_THAT(error_of(options), HasSubstr("manifest.json"));
}

TEST_F(DerivedImages, TheFirstFilesOfAMixtureAreOfBothSourcesToo) {
  // Training validates on the first fifth of each class, in the order of names.
  std::vector<bool> fake;
  for (const DerivedFile& file : derive("mixed:0.5", "mixed").files) fake.push_back(file.source == "FAKE");
  for (std::size_t k = 0; k < 3; ++k) {
    const auto begin = fake.begin() + static_cast<std::ptrdiff_t>(20 * k);
    EXPECT_NE(std::count(begin, begin + 10, true), 0);
    EXPECT_NE(std::count(begin, begin + 10, true), 10);
  }
}

TEST_F(DerivedImages, NeitherCopiesNorTestImagesAreTaken) {
  // Images 1 to 6 for training, one of them twice, and one that is a test image of the other source.
  testing::Files files;
  for (const std::string name : {"bird", "cat"}) {
    const int first = name == "bird" ? 1 : 11;
    for (int i = 0; i < 6; ++i) {
      files.emplace_back(fmt::format("train/REAL/{}/{}.png", name, i), testing::png_image(first + i));
    }
    files.emplace_back(fmt::format("train/REAL/{}/copy.png", name), testing::png_image(first));
    files.emplace_back(fmt::format("test/REAL/{}/0.png", name), testing::png_image(100 + first));
    files.emplace_back(fmt::format("test/FAKE/{}/0.png", name), testing::png_image(first + 5));
    files.emplace_back(fmt::format("train/FAKE/{}/0.png", name), testing::png_image(200 + first));
  }
  open(files);
  const DerivedManifest manifest = derive("as-is", "out");
  EXPECT_EQ(counts(manifest), (Counts{{"bird", 5}, {"cat", 5}}));
  EXPECT_EQ(manifest.copies, 2U);
  EXPECT_EQ(manifest.of_test_images, 2U);
  EXPECT_FALSE(originals(manifest).contains("train/REAL/bird/5.png"));
  EXPECT_FALSE(originals(manifest).contains("train/REAL/bird/copy.png"));  // of equal ones the first name
}

TEST_F(DerivedImages, AreChosenByTheirPixelsAndTheSeedAlone) {
  const auto hashes = [](const DerivedManifest& manifest) {
    std::vector<std::uint64_t> all;
    for (const DerivedFile& file : manifest.files) all.push_back(file.pixels);
    return all;
  };
  DeriveOptions options = asked("as-is", "one");
  options.images = 15;
  const auto chosen = hashes(derive(options));
  options.seed = 2, options.folder = scratch_ / "two";
  EXPECT_NE(hashes(derive(options)), chosen);
  // The same images under other names, in another order.
  testing::Files files;
  for (int i = 0; i < 60; ++i) {
    const std::string name = i < 20 ? "bird" : i < 40 ? "cat" : "dog";
    files.emplace_back(fmt::format("train/REAL/{}/{:03}.png", name, 500 - i), testing::png_image(i + 1));
  }
  files.emplace_back("test/REAL/cat/0.png", testing::png_image(999));
  open(files);
  options.seed = 1, options.folder = scratch_ / "three";
  EXPECT_EQ(hashes(derive(options)), chosen);
}

TEST_F(DerivedImages, DrawnOnesAreOfTheirClassAndUseAllOfItsImages) {
  DeriveOptions options = asked("pca:4", "drawn");
  options.images = 90;  // more than there are
  const DerivedManifest manifest = derive(options);
  EXPECT_EQ(counts(manifest), (Counts{{"bird", 30}, {"cat", 30}, {"dog", 30}}));
  std::set<Pixels> different;
  for (const DerivedFile& file : manifest.files) {
    different.insert(written("drawn", file.file));
    EXPECT_EQ(file.original, "");
  }
  EXPECT_EQ(different.size(), 90U);
  EXPECT_EQ(manifest.estimated_from.at("cat").size(), 20U);
  EXPECT_EQ(used_pixels(manifest).size(), 60U);
  EXPECT_THAT(error_of("pca:20"), AllOf(HasSubstr("REAL has only 20 different images of bird"),
                                        HasSubstr("more images of each class than components")));
  DeriveOptions rest = asked("as-is", "rest");
  rest.without = {options.folder};
  EXPECT_THAT(error_of(rest), HasSubstr("no training image of REAL is left"));
}

}  // namespace
}  // namespace ersatz::data
