// Images that have no split, or whose classes a table gives.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/json.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::Files;
using ::testing::HasSubstr;
using testing::png_image;
using testing::write_tree;
using Kind = TestAmount::Kind;

class OwnImages : public ::testing::Test {
 protected:
  // Class folders, `count` images a class, numbered from `first`.
  static Files classes(int first, int count, const std::vector<std::string>& names = {"cat", "dog"}) {
    Files files;
    for (const std::string& name : names) {
      for (int i = 0; i < count; ++i, ++first)
        files.emplace_back(fmt::format("{}/{:03}.png", name, i), png_image(first));
    }
    return files;
  }
  fs::path tree(const Files& files) { return write_tree(scratch_ / fmt::format("tree{}", trees_++), files); }
  DataSet open(const DataLocation& location, std::optional<Resize> resize = {}) {
    ImportOptions options;
    options.cache = scratch_ / "cache";
    options.resize = resize;
    return open_data_set(location, options);
  }
  DataSet open_one(const Files& files) { return open({{}, {{"photos", tree(files)}}}); }
  std::string error(const DataLocation& location) { return testing::error_of(location, scratch_ / "cache"); }
  std::string error_of_one(const Files& files) { return error({{}, {{"photos", tree(files)}}}); }

  static std::vector<std::string> names(const ImageStore& store) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < store.size(); ++i) all.emplace_back(store.file_name(i));
    return all;
  }

  testing::ScratchFolder scratch_;
  int trees_ = 0;
};

TEST_F(OwnImages, WithoutARuleAllAreForTraining) {
  const DataSet set = open_one(classes(1, 5));
  EXPECT_THAT(set.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(set.source("photos").train->size(), 10U);
  EXPECT_EQ(set.source("photos").test, nullptr);
  EXPECT_THAT(set.notes, ElementsAre("photos has no split: all its images are for training"));
  EXPECT_EQ(set.taken_for.front().text, "no split, class folders");
}

TEST_F(OwnImages, FoldersAboveTheClassesDoNotMatter) {
  const std::string whole = open_one(classes(1, 5)).fingerprint;
  Files deeper;
  for (const auto& [name, bytes] : classes(1, 5)) deeper.emplace_back("a/b c/" + name, bytes);
  EXPECT_EQ(open_one(deeper).fingerprint, whole);
}

TEST_F(OwnImages, ASplitIsTheSameAsOneOnDisk) {
  DataLocation location{{}, {{"photos", tree(classes(1, 30))}}};
  location.test.all = TestAmount{Kind::fraction, .3};
  const DataSet divided = open(location);
  const Source& photos = divided.source("photos");
  ASSERT_EQ(photos.train->size() + photos.test->size(), 60U);
  Files files;
  const auto all = classes(1, 30);
  for (const auto& [name, bytes] : all) {
    const auto tested = names(*photos.test);
    const bool test = std::find(tested.begin(), tested.end(), name) != tested.end();
    files.emplace_back((test ? "test/" : "train/") + name, bytes);
  }
  EXPECT_EQ(open_one(files).fingerprint, divided.fingerprint);
  EXPECT_EQ(reopen_data_set(divided.manifest()).fingerprint, divided.fingerprint);
  // Nothing is decoded, or divided, twice.
  EXPECT_EQ(open(location).source("photos").test->path(), photos.test->path());
}

TEST_F(OwnImages, AnotherSizeMovesNone) {
  DataLocation location{{}, {{"photos", tree(classes(1, 30))}}};
  location.test.all = TestAmount{Kind::fraction, .3};
  const auto before = names(*open(location).source("photos").test);
  const auto after = names(*open(location, Resize{{4, 4}, Fit::squash, Filter::box}).source("photos").test);
  EXPECT_EQ(after, before);
}

TEST_F(OwnImages, CopiesComeOnOneSideInAllSources) {
  Files renamed;
  for (const auto& [name, bytes] : classes(1, 30))
    renamed.emplace_back(name.substr(0, 4) + "copy" + name.substr(4), bytes);
  DataLocation location{{}, {{"photos", tree(classes(1, 30))}, {"sd", tree(renamed)}}};
  location.test.all = TestAmount{Kind::fraction, .5};
  const DataSet set = open(location);
  std::set<std::uint64_t> tested;
  const auto& test = *set.source("photos").test;
  for (std::size_t i = 0; i < test.size(); ++i) tested.insert(test.pixel_hash(i));
  const auto& train = *set.source("sd").train;
  for (std::size_t i = 0; i < train.size(); ++i) EXPECT_FALSE(tested.contains(train.pixel_hash(i)));
}

TEST_F(OwnImages, GroupsStayTogether) {
  Files files;
  for (int subject = 0; subject < 12; ++subject) {
    for (int i = 0; i < 5; ++i) {
      files.emplace_back(fmt::format("{}/s{:02}_{}.png", subject % 2 == 0 ? "cat" : "dog", subject, i),
                         png_image(100 * subject + i));
    }
  }
  DataLocation location{{}, {{"photos", tree(files)}}};
  location.test.all = TestAmount{Kind::per_class, 10};
  location.group.all = "(s[0-9]+)_";
  const DataSet set = open(location);
  std::set<std::string> train, test;
  for (const std::string& name : names(*set.source("photos").train)) train.insert(name.substr(0, 7));
  for (const std::string& name : names(*set.source("photos").test)) test.insert(name.substr(0, 7));
  EXPECT_EQ(test.size(), 4U);  // two subjects of each class
  EXPECT_EQ(train.size(), 8U);
  for (const std::string& subject : test) EXPECT_FALSE(train.contains(subject)) << subject;

  location.group.all = "(t[0-9]+)_";
  EXPECT_THAT(error(location), AllOf(HasSubstr("not found in the name cat/s00_0.png"), HasSubstr("name a column")));
  location.group.all = "png";
  EXPECT_THAT(error(location), HasSubstr("all images of photos are one group"));
  location.group.all = "(";
  EXPECT_THAT(error(location), HasSubstr("no regular expression"));
}

TEST_F(OwnImages, AGroupMayBeAColumn) {
  Files files;
  std::string table = "file_name,label,prompt\n";
  for (int i = 0; i < 24; ++i) {
    files.emplace_back(fmt::format("{}.png", i), png_image(i));
    table += fmt::format("{}.png,{},\"a {}, {}\"\n", i, i % 2 == 0 ? "cat" : "dog", i % 2 == 0 ? "cat" : "dog", i % 6);
  }
  files.emplace_back("metadata.csv", table);
  DataLocation location{{}, {{"sd", tree(files)}}};
  location.test.all = TestAmount{Kind::per_class, 4};
  location.group.all = "prompt";
  const DataSet set = open(location);
  const Source& sd = set.source("sd");
  EXPECT_EQ(sd.test->size(), 8U);  // one prompt of each class, of four images
  std::set<int> prompts;
  for (const std::string& name : names(*sd.test)) prompts.insert(std::stoi(name) % 6);
  EXPECT_EQ(prompts.size(), 2U);
}

TEST_F(OwnImages, RulesThatFitNothingAreMistakes) {
  DataLocation location{{}, {{"photos", tree(classes(1, 5))}}};
  location.test.named["phtos"] = TestAmount{Kind::fraction, .2};
  EXPECT_THAT(error(location), AllOf(HasSubstr("test names the source phtos"), HasSubstr("did you mean \"photos\"")));
  location.test = {};
  location.made_from["photos"] = "photos";
  EXPECT_THAT(error(location), HasSubstr("made from itself"));

  DataLocation split{{}, {{"photos", tree({{"train/cat/1.png", png_image(1)}, {"train/dog/1.png", png_image(2)}})}}};
  split.test.all = TestAmount{Kind::fraction, .2};
  EXPECT_THAT(error(split), HasSubstr("nothing to set aside"));
  split.test = {};
  split.test.named["photos"] = TestAmount{Kind::fraction, .2};
  EXPECT_THAT(error(split), HasSubstr("photos has a split of its own"));

  DataLocation few{{}, {{"photos", tree(classes(1, 2))}}};
  few.test.all = TestAmount{Kind::per_class, 9};
  EXPECT_THAT(error(few), HasSubstr("of 4 images of photos, all would be for testing"));
}

TEST_F(OwnImages, ASourceMayLackAClass) {
  const DataSet set =
      open({{}, {{"photos", tree(classes(1, 3, {"cat", "dog", "frog"}))}, {"sd", tree(classes(50, 3, {"frog"}))}}});
  EXPECT_THAT(set.classes, ElementsAre("cat", "dog", "frog"));
  EXPECT_EQ(set.source("sd").train->labels()[0], 2);
  EXPECT_THAT(set.notes, ::testing::Contains("sd has no images of cat and dog"));
}

TEST_F(OwnImages, OneClassAloneIsSaid) {
  const DataSet set = open_one(classes(1, 3, {"cat"}));
  EXPECT_THAT(set.notes, ::testing::Contains(HasSubstr("a single class, cat")));
}

TEST_F(OwnImages, FoldersThatHoldTheClassesAreSaid) {
  Files files;
  for (const char* batch : {"batch1", "batch2"}) {
    for (const auto& [name, bytes] : classes(1, 2)) files.emplace_back(std::string(batch) + "/" + name, bytes);
  }
  EXPECT_THAT(open_one(files).notes,
              ::testing::Contains(HasSubstr("holds the folders cat and dog: are these the classes?")));
  EXPECT_THAT(open_one(classes(1, 2)).notes, ::testing::Not(::testing::Contains(HasSubstr("are these the classes?"))));
}

TEST_F(OwnImages, AClassMayBeCalledTrain) {
  const DataSet set = open_one(classes(1, 3, {"bus", "train"}));
  EXPECT_THAT(set.classes, ElementsAre("bus", "train"));
  EXPECT_EQ(set.taken_for.front().text, "no split, class folders");
}

TEST_F(OwnImages, ValidationIsForTestingWhereNothingElseIs) {
  Files files;
  for (const auto& [name, bytes] : classes(1, 3)) files.emplace_back("Train/" + name, bytes);
  for (const auto& [name, bytes] : classes(10, 2)) files.emplace_back("VAL/" + name, bytes);
  EXPECT_EQ(open_one(files).source("photos").test->size(), 4U);
  for (const auto& [name, bytes] : classes(20, 1)) files.emplace_back("test/" + name, bytes);
  const DataSet set = open_one(files);
  EXPECT_EQ(set.source("photos").test->size(), 2U);
  ASSERT_EQ(set.ignored.size(), 1U);
  EXPECT_EQ(set.ignored[0].reason, "for validation, beside others for testing");
  EXPECT_EQ(set.ignored[0].count, 4U);
}

TEST_F(OwnImages, TablesOfLabelsThatDoNotFit) {
  const auto with = [&](const std::string& table) {
    return error_of_one(
        {{"a/1.png", png_image(1)}, {"b/1.png", png_image(2)}, {"b/2.png", png_image(3)}, {"metadata.csv", table}});
  };
  EXPECT_THAT(with("file_name,label\n1.png,cat\n"), HasSubstr("\"1.png\" may be a/1.png or b/1.png"));
  EXPECT_THAT(with("file_name,label\na/1.png,cat\na/1.png,dog\n"), HasSubstr("a/1.png has two classes, cat and dog"));
  EXPECT_THAT(with("file_name,label,split\na/1.png,cat,train\na/1.png,cat,test\n"), HasSubstr("differ in its split"));
  EXPECT_THAT(with("file_name,label\na/1.png,caf\xe9\n"), HasSubstr("is not UTF-8"));
  EXPECT_THAT(with("file_name,label\na/1.png,\n"), HasSubstr("a/1.png has no class"));
  EXPECT_THAT(with("file_name,label\nq.png,cat\n"), HasSubstr("none of its 1 rows names an image"));
  EXPECT_THAT(with("file_name,label\na/1.png\n"), HasSubstr("row 1 has 1 fields"));
  EXPECT_EQ(with("file_name,label\na/1.png, cat\nb/1.png,cat \n\n"), "");
  EXPECT_THAT(with("file_name,label,split\na/1.png,cat,north\n"), HasSubstr("\"north\" in the column of splits"));
  DataLocation location{{}, {{"photos", tree(classes(1, 2))}}};
  location.labels.all = "lables.csv";
  EXPECT_THAT(error(location), HasSubstr("there is no table of labels lables.csv"));
}

TEST_F(OwnImages, ColumnsMayHaveAnyName) {
  DataLocation location{{},
                        {{"photos", tree({{"a/1.png", png_image(1)},
                                          {"a/2.png", png_image(2)},
                                          {"all.csv", "label,pic,kind\nx,1.png,dog\nx,2.png,cat\n"}})}}};
  location.labels.all = "all.csv";
  EXPECT_THAT(error(location), HasSubstr("no column with the names of the images; it has label, pic and kind"));
  testing::write_plain(scratch_ / "all.csv", "file_name,breed\n1.png,pug\n");
  location.labels.all = (scratch_ / "all.csv").string();
  EXPECT_THAT(error(location), HasSubstr("has no column of classes; it has file_name and breed"));
  location.labels.all = "all.csv";
  location.columns.all = {"pic", "kind"};
  EXPECT_THAT(open(location).classes, ElementsAre("cat", "dog"));
  location.columns.all = {"picture", ""};
  EXPECT_THAT(error(location), HasSubstr("has no column \"picture\""));
}

TEST_F(OwnImages, AMetadataFileOfAnotherKindIsNoTable) {
  Files files = classes(1, 2);
  files.emplace_back("metadata.csv", "key,value\nauthor,me\n");
  const DataSet set = open_one(files);
  EXPECT_THAT(set.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(set.ignored.at(0).reason, "not an image file");
}

TEST_F(OwnImages, ATableWithoutClassesBesideOneWithThem) {
  const DataSet set = open_one({{"train/1.png", png_image(1)},
                                {"train/2.png", png_image(2)},
                                {"train/metadata.csv", "file_name,label\n1.png,cat\n2.png,dog\n"},
                                {"test/3.png", png_image(3)},
                                {"test/metadata.csv", "file_name\n3.png\n"}});
  EXPECT_EQ(set.source("photos").test, nullptr);
  EXPECT_EQ(set.ignored.at(0).reason, "an image that no table gives a class");
}

TEST_F(OwnImages, ImagesWithoutAGroupAreGroupsOfTheirOwn) {
  Files files = classes(1, 30);
  files.emplace_back("metadata.csv", "file_name,prompt\ncat/001.png,a\ncat/002.png,a\ndog/001.png,\n");
  DataLocation location{{}, {{"photos", tree(files)}}};
  location.group.all = "prompt";
  location.test.all = TestAmount{Kind::fraction, .3};
  const std::size_t tested = open(location).source("photos").test->size();
  EXPECT_GT(tested, 6U);
  EXPECT_LT(tested, 32U);
}

TEST_F(OwnImages, RowsOfAnotherSourceAreNotThisOnes) {
  const Files files{{"1.png", png_image(1)}, {"2.png", png_image(2)}};
  write_tree(scratch_ / "photos", files);
  write_tree(scratch_ / "gen", {{"1.png", png_image(3)}, {"3.png", png_image(4)}});
  testing::write_plain(scratch_ / "all.csv",
                       "file_name,label\nphotos/1.png,cat\nphotos/2.png,dog\ngen/1.png,dog\ngen/3.png,cat\n");
  DataLocation location{{}, {{"photos", scratch_ / "photos"}, {"gen", scratch_ / "gen"}}};
  location.labels.all = (scratch_ / "all.csv").string();
  const DataSet set = open(location);
  EXPECT_THAT(set.source("photos").train->labels(), ElementsAre(0, 1));
  EXPECT_THAT(set.source("gen").train->labels(), ElementsAre(1, 0));
}

TEST_F(OwnImages, ATableForASourceWithoutAPathOfItsOwnIsAMistake) {
  DataLocation location{tree({{"train/A/cat/1.png", png_image(1)}, {"train/A/dog/2.png", png_image(2)}}), {}};
  location.labels.named["A"] = "labels.csv";
  EXPECT_THAT(error(location), HasSubstr("labels names A, which has no path of its own"));
}

TEST_F(OwnImages, ATableMayBeWrittenByASpreadsheet) {
  const DataSet set = open_one({{"a/1.png", png_image(1)},
                                {"a/2.png", png_image(2)},
                                {"metadata.csv",
                                 "\xef\xbb\xbf"
                                 "file_name,Label\r\na\\1.png,10\r\na\\2.png,9\r\n"}});
  EXPECT_THAT(set.classes, ElementsAre("9", "10"));  // by number
  EXPECT_EQ(set.source("photos").train->labels()[0], 1);
}

TEST_F(OwnImages, ATableMayHaveSemicolonsOrTabs) {
  for (const char delimiter : {';', '\t'}) {
    const DataSet set =
        open_one({{"a/1.png", png_image(1)},
                  {"a/2.png", png_image(2)},
                  {"metadata.csv", fmt::format("file_name{0}label{0}prompt\na/1.png{0}dog{0}\"a dog{0} asleep\"\n"
                                               "a/2.png{0}cat{0}a cat, awake\n",
                                               delimiter)}});
    EXPECT_THAT(set.classes, ElementsAre("cat", "dog"));
    EXPECT_THAT(set.source("photos").train->labels(), ElementsAre(1, 0));
  }
}

TEST_F(OwnImages, ATableInUtf16IsNamed) {
  write_tree(scratch_ / "photos", {{"a/1.png", png_image(1)},
                                   {"labels.csv",
                                    "\xff\xfe"
                                    "f,l"}});
  DataLocation location{{}, {{"photos", scratch_ / "photos"}}};
  location.labels.all = "labels.csv";
  EXPECT_THAT(error(location), HasSubstr("labels.csv is UTF-16"));
}

TEST_F(OwnImages, ParentsAmongTheTestImages) {
  Files photos;
  for (const auto& [name, bytes] : classes(1, 4)) photos.emplace_back("train/" + name, bytes);
  for (int i = 4; i < 8; ++i) photos.emplace_back(fmt::format("test/cat/{:03}.png", i), png_image(100 + i));
  Files children;  // of cat/003 (train) and cat/004, cat/005 (test), two each of the last
  children.emplace_back("cat/003_a.png", png_image(200));
  children.emplace_back("cat/004_a.png", png_image(201));
  children.emplace_back("cat/004_b.png", png_image(202));
  children.emplace_back("cat/005_a.png", png_image(203));
  children.emplace_back("cat/777_a.png", png_image(204));
  DataLocation location{{}, {{"photos", tree(photos)}, {"i2i", tree(children)}}};
  location.made_from["i2i"] = "photos";
  location.group.all = "^([a-z]+/[0-9]+)";
  const Parentage found = open(location).parentages.at(0);
  EXPECT_EQ(found.derived_images, 5U);
  EXPECT_EQ(found.without_parent, 1U);
  EXPECT_EQ(found.training_images, 3U);
  EXPECT_EQ(found.parents, 2U);
  EXPECT_EQ(found.parents_in_all, 4U);
  EXPECT_THAT(found.warning(),
              AllOf(HasSubstr("LEAK: 3 training images of i2i were made from 2 of 4 test images of photos"),
                    HasSubstr("the parents of 1 of 5 training images of i2i are not found")));
  location.group = {};  // by name: none fits
  EXPECT_THAT(open(location).parentages.at(0).warning(), AllOf(HasSubstr("of 5 of 5"), HasSubstr("is not known")));
}

TEST_F(OwnImages, ParentsByNameAreOfTheSameClass) {
  DataLocation location{{},
                        {{"photos", tree({{"train/cat/1.png", png_image(1)},
                                          {"train/dog/2.png", png_image(2)},
                                          {"test/cat/2.png", png_image(3)},
                                          {"test/dog/1.png", png_image(4)}})},
                         {"i2i", tree({{"cat/1.png", png_image(5)}, {"dog/2.png", png_image(6)}})}}};
  location.made_from["i2i"] = "photos";
  EXPECT_EQ(open(location).parentages.at(0).warning(), "");
}

TEST_F(OwnImages, GroupsOnBothSidesOfASplitOnDiskAreSaid) {
  DataLocation location{{},
                        {{"photos", tree({{"train/cat/s1_a.png", png_image(1)},
                                          {"train/dog/s2_a.png", png_image(2)},
                                          {"test/cat/s1_b.png", png_image(3)},
                                          {"test/dog/s3_a.png", png_image(4)}})}}};
  location.group.all = "(s[0-9])_";
  EXPECT_THAT(open(location).parentages.at(0).warning(),
              HasSubstr("LEAK: 1 training images of photos are of the same groups as 1 of its 2 test images"));
}

TEST_F(OwnImages, NoRegularExpressionHangs) {
  DataLocation location{{},
                        {{"photos", tree({{"cat/" + std::string(200, 'a') + "1.png", png_image(1)},
                                          {"dog/" + std::string(200, 'a') + "2.png", png_image(2)}})}}};
  location.group.all = "(a+)+$";
  location.test.all = TestAmount{Kind::fraction, .5};
  EXPECT_THAT(error(location), HasSubstr("it is not found in the name"));
}

}  // namespace
}  // namespace ersatz::data
