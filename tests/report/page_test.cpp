#include "report/page/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "analysis/answer.hpp"
#include "analysis/fake_study.hpp"
#include "analysis/first_seed.hpp"
#include "analysis/looks.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "report/answer_text.hpp"
#include "report/conclusion_text.hpp"
#include "report/looking_maps.hpp"
#include "report/page/html.hpp"
#include "report/report.hpp"
#include "report/thumbnails.hpp"

namespace ersatz::report {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::size_t count(const std::string& page, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = page.find(what, at)) != std::string::npos; ++at) ++n;
  return n;
}

// Grey images of those that a page would show.
void add_thumbnails(const FakeStudy& study, std::size_t most = 1000) {
  const auto table = analysis::read_results(study.folder());
  const std::vector<std::uint8_t> grey(32 * 32 * 3, 128);
  for (const auto& [source, labels] : table.truth) {
    const auto images = analysis::images_to_show(table, source, most);
    write_thumbnails(study.folder(), source, make_thumbnails(images, {32, 32}, [&](std::uint32_t) {
                       return std::span<const std::uint8_t>(grey);
                     }));
  }
}

std::string page_of(const FakeStudy& study) {
  write_study_files(study.folder(), analysis::read_results(study.folder()));
  return read_file(study.folder() / "report.html");
}

Json images_of(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"images\">";
  const std::size_t begin = page.find(start) + start.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

TEST(Page, IsSelfContained) {
  FakeStudy study;
  study.settings.limit = 500;
  study.write();
  add_thumbnails(study);
  const std::string page = page_of(study);
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, EndsWith("</html>\n"));
  for (const char* outside : {"<img", "@import", " src=", "<iframe"}) EXPECT_THAT(page, Not(HasSubstr(outside)));
  EXPECT_EQ(count(page, "<link"), 1U) << "an icon that is nothing, so that browsers ask for none";
  EXPECT_EQ(count(page, "url("), count(page, "url(data:image/jpeg;base64,") + count(page, "url(#"));
  // The only addresses are the names of XML name spaces.
  for (std::size_t at = 0; (at = page.find("http", at)) != std::string::npos; ++at) {
    if (page.substr(at, 10) == "http-equiv") continue;
    EXPECT_THAT(page.substr(at, 18), StartsWith("http://www.w3.org/")) << page.substr(at, 60);
  }
  EXPECT_EQ(count(page, "<svg"), count(page, "</svg>"));
  EXPECT_EQ(count(page, "<svg"), 2 + 4U) << "histories, and classes of two classifiers on two sources";
  for (const auto& run : study::read_finished_runs(study.folder()).runs) EXPECT_THAT(page, HasSubstr(run.id()));
  EXPECT_THAT(page, HasSubstr("--limit 500"));
}

TEST(Page, BeginsWithTheAnswerAndEveryPartSaysHowToReadIt) {
  FakeStudy study;
  study.write();
  add_thumbnails(study);
  const std::string page = page_of(study);
  const auto sentences = conclusion_sentences(analysis::read_results(study.folder()));
  ASSERT_EQ(sentences.size(), 2U);
  for (const auto& sentence : sentences) EXPECT_THAT(page, HasSubstr(escape_html(sentence)));
  EXPECT_EQ(conclusion_paragraph(analysis::read_results(study.folder())), "\n" + sentences[0] + "\n");
  std::size_t before = 0;
  for (const char* id :
       {"answer", "samples", "accuracy", "classes", "worth", "training", "confusion", "mistakes", "data", "settings"}) {
    const std::size_t at = page.find(std::string("<h2 id=\"") + id + "\"");
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GT(at, before) << id;
    EXPECT_THAT(page, HasSubstr(std::string("<a href=\"#") + id + "\">"));
    before = at;
  }
  EXPECT_EQ(count(page, "<h2 "), count(page, "How to read this:"));
}

TEST(Page, ShowsWhereClassifiersLookBesideTheImage) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  EXPECT_THAT(page_of(study), Not(HasSubstr("<h2 id=\"looking\"")));
  const auto& cell = *std::ranges::find_if(table.cells, [](const analysis::Cell& one) {
    return one.classifier == "lenet" && one.train_on == "FAKE" && one.test_on == "REAL";
  });
  const analysis::FirstSeed seed = analysis::first_seed(table, cell);
  const auto looks = analysis::surest_looks(seed, table.truth.at("REAL"), study.classes.size());
  const std::vector<std::uint8_t> grey(32 * 32 * 3, 128);
  LookingMaps maps;
  maps.source = "REAL";
  std::vector<std::uint32_t> places;
  for (const auto& look : looks) {
    maps.maps.push_back({seed.result->run_id, look.image, !look.right});
    for (int i = 0; i < 2; ++i) places.push_back(static_cast<std::uint32_t>(places.size()));
  }
  maps.pictures = make_thumbnails(places, {32, 32}, [&](std::uint32_t) { return std::span(grey); });
  write_looking_maps(study.folder(), maps);
  const std::string page = page_of(study);
  EXPECT_THAT(page, HasSubstr("<h2 id=\"looking\""));
  EXPECT_THAT(page, HasSubstr("LeNet, trained on FAKE</th>"));
  EXPECT_EQ(count(page, "class=\"picture m0\""), 2 * looks.size());
  EXPECT_EQ(count(page, ": nothing speaks for "), looks.size() / 2);
  EXPECT_THAT(page, HasSubstr("image 0.jpg"));
}

TEST(Page, HasNoIdTwice) {
  FakeStudy study;
  study.write();
  const std::string page = page_of(study);
  std::map<std::string, int> ids;
  for (const char quote : {'"', '\''}) {
    const std::string start = std::string(" id=") + quote;
    for (std::size_t at = 0; (at = page.find(start, at)) != std::string::npos;) {
      at += start.size();
      EXPECT_EQ(++ids[page.substr(at, page.find(quote, at) - at)], 1) << page.substr(at, 40);
    }
  }
  EXPECT_GT(ids.size(), 20U);
}

TEST(Page, KnowsTheImagesBehindEveryNumber) {
  FakeStudy study;
  study.seeds = {4, 5};
  study.write();
  add_thumbnails(study);
  const auto table = analysis::read_results(study.folder());
  const Json images = images_of(page_of(study));
  EXPECT_EQ(images.at("classes"), Json(table.study.classes));
  ASSERT_EQ(images.at("cells").size(), table.cells.size());
  for (std::size_t c = 0; c < table.cells.size(); ++c) {
    const Json& cell = images.at("cells").at(std::to_string(c));
    const analysis::FirstSeed seed = analysis::first_seed(table, table.cells[c]);
    EXPECT_EQ(cell.at("of"), table.cells[c].test_on);
    EXPECT_EQ(cell.at("seed"), 4);
    EXPECT_EQ(cell.at("counts"), Json(seed.result->confusion.counts));
    const Json& source = images.at("sources").at(table.cells[c].test_on);
    ASSERT_EQ(cell.at("called").size(), source.at("truth").size());
    ASSERT_EQ(cell.at("sure").size(), source.at("truth").size());
    std::vector<std::size_t> shown(table.study.classes.size() * table.study.classes.size());
    for (std::size_t i = 0; i < source.at("truth").size(); ++i) {
      ++shown[source.at("truth")[i].get<std::size_t>() * table.study.classes.size() +
              cell.at("called")[i].get<std::size_t>()];
    }
    for (std::size_t entry = 0; entry < shown.size(); ++entry) {
      EXPECT_GE(shown[entry], std::min<std::size_t>(seed.result->confusion.counts[entry], 12));
    }
  }
}

TEST(Page, WithoutThumbnailsHasAllElse) {
  FakeStudy study;
  study.write();
  const std::string page = page_of(study);
  for (const char* id : {"answer", "accuracy", "classes", "confusion", "settings"}) {
    EXPECT_THAT(page, HasSubstr(std::string("<h2 id=\"") + id + "\""));
  }
  EXPECT_THAT(page, Not(HasSubstr("id=\"images\"")));
}

TEST(Page, OfTooManyClassesSaysWhereTheMatricesAre) {
  FakeStudy study;
  study.classifiers = {"nn"};
  study.classes.clear();
  for (int i = 0; i < 41; ++i) study.classes.push_back("class " + std::to_string(i));
  study.write();
  const std::string page = page_of(study);
  EXPECT_THAT(page, HasSubstr("Matrices of 41 classes are too large for the page"));
  EXPECT_EQ(count(page, "data-cell="), 0U);
}

// Amounts that are written differently, 1.0 and "all", make no headline, but the same images.
TEST(Page, WithoutAHeadlineBeginsWithTheAnswersFirstSentence) {
  FakeStudy study;
  study.classifiers = {"nn"};
  study.training_sets[1].sources[0].second = {study::Amount::Kind::fraction, 1};
  study.write();
  const auto table = analysis::read_results(study.folder());
  ASSERT_TRUE(conclusion_sentences(table).empty());
  const auto told = answer_text(analysis::answer(table)).sentences;
  ASSERT_FALSE(told.empty());
  const std::string page = page_of(study);
  const std::size_t begin = page.find("<ol class=\"answer\">");
  EXPECT_THAT(page.substr(begin, page.find("</ol>", begin) - begin), HasSubstr(escape_html(told[0])));
}

TEST(Page, SaysWhatIsMissing) {
  FakeStudy study;
  study.write();
  std::filesystem::remove_all(study.run_folder(0));  // nn on REAL
  const std::string page = page_of(study);
  EXPECT_THAT(page, HasSubstr("NOT COMPLETE: 3 of 4 runs"));
  EXPECT_THAT(page, HasSubstr("Missing: nn-REAL-s1-"));
}

// In text, in attributes, and in the script's data.
TEST(Page, HostileNamesStayText) {
  FakeStudy study;
  study.classes = {"</script><b>x", "\" onload=\"alert(1)", "it's <i>"};
  study.write();
  add_thumbnails(study, 30);
  const std::string page = page_of(study);
  EXPECT_THAT(page, Not(HasSubstr("<b>x")));
  EXPECT_THAT(page, Not(HasSubstr("\" onload=\"")));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
  EXPECT_EQ(count(page, "</script>"), 2U);
  EXPECT_EQ(images_of(page).at("classes"), Json(study.classes));
}

TEST(Svg, HasThePagesColours) {
  const std::string svg =
      "<?xml version=\"1.0\"?><svg width=\"9\" viewBox=\"0 0 9 9\"><title>t</title><rect x=\"0\" fill=\"#ffffff\"/>"
      "<path stroke='rgb(  0, 114, 178)'/><text fill=\"rgb(51,51,51)\"/></svg>";
  const std::string inlined = inline_svg(svg, "a", "what it shows");
  EXPECT_THAT(inlined, StartsWith("<svg viewBox=\"0 0 9 9\" role=\"img\" aria-label=\"what it shows\""));
  EXPECT_THAT(inlined, HasSubstr("stroke='var(--blue)'"));
  EXPECT_THAT(inlined, HasSubstr("fill=\"var(--ink)\""));
  EXPECT_THAT(inlined, Not(HasSubstr("ffffff")));
}

}  // namespace
}  // namespace ersatz::report
