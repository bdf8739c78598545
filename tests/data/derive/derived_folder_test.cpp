// The folder of a derived source: whole or not at all, the same bytes again, and readable as a source.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/stop.hpp"
#include "data/derive/derive_fixture.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class DerivedFolderTest : public testing::DeriveTest {
 protected:
  static std::map<std::string, std::string> bytes_of(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
    }
    return files;
  }

  // What lies beside the folders that are meant to be there.
  std::vector<std::string> hidden() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(scratch_.path())) {
      if (entry.path().filename().string().starts_with('.')) names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

TEST_F(DerivedFolderTest, TheSameOptionsMakeTheSameBytesInAnyNumberOfThreads) {
  for (const std::string kind : {"pca:3", "noise:20", "mislabelled:0.2"}) {
    DeriveOptions options = asked(kind, "one " + kind);
    options.threads = 1;
    derive(options);
    options.threads = 5;
    options.folder = scratch_ / ("five " + kind);
    derive(options);
    EXPECT_EQ(bytes_of(scratch_ / ("one " + kind)), bytes_of(options.folder)) << kind;
    EXPECT_EQ(bytes_of(options.folder).size(), 61U);
  }
  EXPECT_TRUE(hidden().empty());
}

TEST_F(DerivedFolderTest, IsReadAsASourceWithItsClasses) {
  for (const std::string kind : {"as-is", "mislabelled:0.5", "classes-without:cat"}) {
    const DerivedManifest manifest = derive(kind, "out " + kind);
    DataLocation location;
    location.sources["NEW"] = scratch_ / ("out " + kind);
    ImportOptions options;
    options.cache = scratch_ / "cache";
    const DataSet read = open_data_set(location, options);
    const Source& source = read.source("NEW");
    EXPECT_EQ(source.test, nullptr);
    ASSERT_EQ(source.train->size(), manifest.files.size());
    for (std::size_t i = 0; i < source.train->size(); ++i) {
      const auto file = std::ranges::find(manifest.files, source.train->file_name(i), &DerivedFile::file);
      ASSERT_NE(file, manifest.files.end()) << source.train->file_name(i);
      EXPECT_EQ(read.classes[static_cast<std::size_t>(source.train->labels()[i])], file->stands_under);
      EXPECT_EQ(source.train->pixel_hash(i), file->pixels);  // of the original: nothing is lost
    }
    EXPECT_EQ(read.taken_for.at(0).text, "no split, class folders");
    EXPECT_TRUE(read.skipped.empty());
    ASSERT_EQ(read.ignored.size(), 1U);  // said by `data info` alone
    EXPECT_EQ(read.ignored[0].example, "manifest.json");
  }
}

TEST_F(DerivedFolderTest, AClassCalledLikeASplitIsStillAClass) {
  testing::Files files;
  for (int i = 0; i < 8; ++i) {
    files.emplace_back(fmt::format("in/train/REAL/{}/{}.png", i % 2 == 0 ? "train" : "tram", i), testing::png_image(i));
    files.emplace_back(fmt::format("in/test/REAL/{}/{}.png", i % 2 == 0 ? "train" : "tram", i),
                       testing::png_image(50 + i));
  }
  open(files);
  ASSERT_EQ(set_.classes, (std::vector<std::string>{"train", "tram"}));
  derive("as-is", "out");
  DataLocation location;
  location.sources["NEW"] = scratch_ / "out";
  ImportOptions options;
  options.cache = scratch_ / "cache";
  EXPECT_EQ(open_data_set(location, options).classes, set_.classes);
}

TEST_F(DerivedFolderTest, TheManifestSaysWhereEachFileIsFrom) {
  DeriveOptions options = asked("jpeg:40", "out");
  options.images = 31;  // 10 of each class
  derive(options);
  const Json json = read_json(scratch_ / "out" / "manifest.json");
  EXPECT_EQ(json.at("format"), 1);
  EXPECT_EQ(json.at("ersatz"), "1.2.3");
  EXPECT_EQ(json.at("images"), 30);
  EXPECT_EQ(json.at("settings").dump(), Json({{"kind", "jpeg:40"},
                                              {"from", "REAL"},
                                              {"with", nullptr},
                                              {"images", 31},
                                              {"seed", 1},
                                              {"without", nullptr},
                                              {"data", set_.fingerprint}})
                                            .dump());
  ASSERT_EQ(json.at("files").size(), 30U);
  const Json& file = json.at("files").at(12);
  EXPECT_EQ(file.at("file"), "cat/00003.png");
  EXPECT_EQ(file.at("class"), "cat");
  EXPECT_EQ(file.at("true_class"), "cat");
  EXPECT_EQ(file.at("source"), "REAL");
  const testing::Pixels pixels = original(file.at("original").get<std::string>());
  EXPECT_EQ(file.at("pixels"), to_hex(sha256(std::as_bytes(std::span(pixels))), 16));
}

TEST_F(DerivedFolderTest, OneThatIsThereIsLeftAsItIs) {
  derive("jpeg:40", "out");
  const auto before = bytes_of(scratch_ / "out");
  const DerivedSource again = data::derive(set_, asked("jpeg:40", "out"));
  EXPECT_TRUE(again.was_there);
  EXPECT_EQ(again.images, 60U);
  EXPECT_EQ(again.classes, 3U);
  EXPECT_THAT(error_of(asked("jpeg:41", "out")),
              AllOf(HasSubstr("is there already: it is jpeg:40, not jpeg:41"), HasSubstr("-o")));
  DeriveOptions other = asked("jpeg:40", "out");
  other.images = 30;
  EXPECT_THAT(error_of(other), HasSubstr("--images was all, not 30"));
  other = asked("jpeg:40", "out");
  other.seed = 3;
  EXPECT_THAT(error_of(other), HasSubstr("--seed was 1, not 3"));
  DeriveOptions base = asked("as-is", "base");
  base.images = 3;
  derive(base);
  other = asked("jpeg:40", "out");
  other.without = {base.folder};
  EXPECT_THAT(error_of(other), HasSubstr("other images were left out"));
  DataSet changed = set_;
  changed.fingerprint = "another";
  EXPECT_THROW(data::derive(changed, asked("jpeg:40", "out")), Error);
  EXPECT_EQ(bytes_of(scratch_ / "out"), before);
  fs::remove(scratch_ / "out" / "cat" / "00004.png");
  EXPECT_THAT(error_of(asked("jpeg:40", "out")), HasSubstr("lacks cat/00004.png"));
}

TEST_F(DerivedFolderTest, NothingElseIsReplaced) {
  fs::create_directories(scratch_ / "empty");
  EXPECT_THAT(error_of(asked("as-is", "empty")), HasSubstr("ersatz data derive did not make it"));
  testing::write_plain(scratch_ / "file", "mine");
  EXPECT_THAT(error_of(asked("as-is", "file")), HasSubstr("ersatz data derive did not make it"));
  testing::write_plain(scratch_ / "other" / "manifest.json", "{\"format\": 1}");
  EXPECT_THAT(error_of(asked("as-is", "other")), HasSubstr("is not what ersatz data derive writes"));
  EXPECT_EQ(read_file(scratch_ / "file"), "mine");
}

TEST_F(DerivedFolderTest, AppearsWholeOrNotAtAll) {
  request_stop();
  EXPECT_THROW(data::derive(set_, asked("noise:4", "out")), Stopped);
  reset_stop_request();
  EXPECT_FALSE(fs::exists(scratch_ / "out"));
  // What a killed process left does not get into the next one.
  testing::write_plain(scratch_ / ".out.deriving" / "cat" / "99999.png", "half");
  DeriveOptions options = asked("noise:4", "deep/er/out");
  options.threads = 1;
  options.on_progress = [&](const std::string& what, std::optional<double>) {
    if (what == "writing images") request_stop();
  };
  EXPECT_THROW(data::derive(set_, options), Stopped);
  reset_stop_request();
  EXPECT_TRUE(fs::is_empty(scratch_ / "deep" / "er"));
  derive("noise:4", "out");
  EXPECT_FALSE(fs::exists(scratch_ / "out" / "cat" / "99999.png"));
  EXPECT_TRUE(hidden().empty());
}

TEST_F(DerivedFolderTest, OptionsThatDoNotFitAreErrors) {
  DeriveOptions options = asked("as-is", "refused");
  options.from = "RAEL";
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("no source \"RAEL\""), HasSubstr("did you mean \"REAL\"?")));
  options = asked("jpeg:40", "refused");
  options.with = "FAKE";
  EXPECT_THAT(error_of(options), HasSubstr("--kind jpeg:40 takes one source"));
  options = asked("mixed:0.5", "refused");
  options.with = "";
  EXPECT_THAT(error_of(options), HasSubstr("takes two sources"));
  options.with = "REAL";
  EXPECT_THAT(error_of(options), HasSubstr("it is the source of --from as well"));
  options.with = "FKAE";
  EXPECT_THAT(error_of(options), HasSubstr("did you mean \"FAKE\"?"));
  options = asked("as-is", "refused");
  options.without = {scratch_ / "nowhere"};
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("--without"), HasSubstr("there is no"), HasSubstr("manifest.json")));
  EXPECT_THAT(error_of("as-is", 2), HasSubstr("--images 2 is less than one of each of 3 classes"));
  EXPECT_THAT(error_of("as-is", 63), HasSubstr("21 images of bird are wanted, but REAL has only 20 different ones"));
  EXPECT_THAT(error_of("resize:8"), HasSubstr("images of 8 x 8 pixels are not larger than that"));
  EXPECT_FALSE(fs::exists(scratch_ / "refused"));
}

}  // namespace
}  // namespace ersatz::data
