// `ersatz data audit` as users run it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class DataAudit : public testing::WorkingFolder {
 protected:
  static Outcome audit(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"data", "audit", "images"});
    return testing::run_ersatz(more);
  }
};

TEST_F(DataAudit, SaysWhatTellsTheSourcesApart) {
  testing::write_tiny_source("images", {"REAL", 40, 2, 0});
  testing::write_tiny_source("images", {"FAKE", 40, 2, 0});
  const Outcome outcome = audit();
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("FAKE      120     6    126  JPEG, quality 90, 4:2:0"),
                                 HasSubstr("within train"), HasSubstr("Near copies"), HasSubstr("FAKE beside REAL"),
                                 HasSubstr("saturation"), HasSubstr("spectrum 16"), HasSubstr("mean colour"),
                                 HasSubstr("all alike"), HasSubstr("encoder facts (all alike)")));
  EXPECT_THAT(audit({"--no-near", "--real", "FAKE"}).out,
              AllOf(Not(HasSubstr("Near copies")), HasSubstr("REAL beside FAKE")));
}

TEST_F(DataAudit, WritesJsonForPrograms) {
  testing::write_tiny_source("images", {"REAL", 40, 2, 0});
  testing::write_tiny_source("images", {"FAKE", 40, 2, 0});
  const Json found = Json::parse(audit({"--format", "json", "--images", "100"}).out);
  EXPECT_EQ(found.at("real"), "REAL");
  EXPECT_LE(found.at("images_of_each_source"), 100);
  const Json& other = found.at("others").at(0);
  EXPECT_EQ(other.at("source"), "FAKE");
  EXPECT_EQ(other.at("evidence").at("encoder facts").at("as_they_are").at("alike"), true);
  EXPECT_EQ(other.at("evidence").at("all pixels").at("encoded_alike").at("auc_interval").size(), 2U);
  EXPECT_TRUE(other.at("traits").at("red").at("classes").is_object());
  EXPECT_EQ(found.at("files").at(0).at("source"), "FAKE");
}

TEST_F(DataAudit, WritesAPage) {
  testing::write_tiny_source("images", {"REAL", 40, 2, 0});
  testing::write_tiny_source("images", {"FAKE", 40, 2, 0});
  EXPECT_THAT(audit({"--html", "audit.html"}).out, HasSubstr("page: audit.html"));
  const std::string page = read_file("audit.html");
  EXPECT_THAT(page, AllOf(HasSubstr("<title>Audit of images</title>"), HasSubstr("In short"),
                          HasSubstr("16 x 16 pixels, 3 classes; the real source is REAL</p>"), HasSubstr("<svg"),
                          HasSubstr("What tells them apart"), HasSubstr("spectrum 16"), HasSubstr("JPEG, quality 90"),
                          HasSubstr("Near copies"), ::testing::EndsWith("</html>\n")));
  EXPECT_EQ(audit({"--html", "audit.txt"}).code, 2);
  EXPECT_EQ(audit({"--html", "nowhere/audit.html"}).code, 2);
}

TEST_F(DataAudit, OfOneSourceOrFewImagesSaysLess) {
  testing::write_tiny_source("images", {"REAL", 3, 1, 0});
  EXPECT_THAT(audit().out, HasSubstr("There is nothing to compare REAL with."));
  testing::write_tiny_source("images", {"FAKE", 3, 1, 0});
  const Outcome outcome = audit();
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr("Not compared, with fewer than 50 images (copies and images of a group count once): FAKE."),
            Not(HasSubstr("logistic"))));
}

TEST_F(DataAudit, SaysWhichSourceItTakesForThePhotographs) {
  testing::write_tiny_source("images", {"flickr", 3, 1, 0});
  testing::write_tiny_source("images", {"dalle", 3, 1, 0});
  EXPECT_THAT(audit().err, HasSubstr("note: dalle is taken for the photographs"));
  EXPECT_EQ(audit({"--real", "flickr"}).err, "");
  write_file("mine.toml",
             "[study]\nname = \"mine\"\nclassifiers = [\"nn\"]\nreal = \"flickr\"\ntest_on = [\"flickr\"]\n"
             "[data]\npath = \"images\"\n[train.all]\nsources = { flickr = \"all\" }\n");
  EXPECT_EQ(testing::run_ersatz({"data", "audit", "mine.toml"}).err, "");
}

TEST_F(DataAudit, RefusesWhatItDoesNotKnow) {
  testing::write_tiny_source("images", {"REAL", 3, 1, 0});
  const Outcome outcome = audit({"--real", "RAEL"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("no source \"RAEL\""), HasSubstr("REAL")));
  EXPECT_EQ(audit({"--images", "0"}).code, 2);
  EXPECT_EQ(audit({"--format", "xml"}).code, 2);
}

}  // namespace
}  // namespace ersatz
