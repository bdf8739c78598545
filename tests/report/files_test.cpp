#include "report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/sync_log.hpp"
#include "report/gnuplot.hpp"

namespace ersatz::report {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

// PNG, second chunk field: width and height, big-endian.
std::pair<unsigned, unsigned> png_size(const fs::path& path) {
  const std::string bytes = read_file(path);
  EXPECT_THAT(bytes, StartsWith("\x89PNG\r\n\x1a\n"));
  const auto number = [&](std::size_t at) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
    return value;
  };
  return {number(16), number(20)};
}

// Another PATH, without gnuplot by default; put back at the end.
class OtherPath {
 public:
  explicit OtherPath(const std::string& path = "/nonexistent") : path_(std::getenv("PATH")) {
    ::setenv("PATH", path.c_str(), 1);
  }
  ~OtherPath() { ::setenv("PATH", path_.c_str(), 1); }
  OtherPath(const OtherPath&) = delete;
  OtherPath& operator=(const OtherPath&) = delete;

 private:
  std::string path_;
};

void write_tables_and_figures(const FakeStudy& study) {
  write_study_files(study.folder(), analysis::read_results(study.folder()));
}

TEST(RunFiles, AreWrittenBesideTheRunsOwnWhileItsNameIsStillPartial) {
  FakeStudy study;
  study.write();
  const fs::path run = study.run_folder(2), partial = run.parent_path() / (".partial-" + run.filename().string());
  fs::rename(run, partial);
  write_run_files(partial, study::read_study_record(study.folder()));
  EXPECT_THAT(names_in(partial),
              ElementsAre("curves.gp", "curves.png", "curves.svg", "history.csv", "predictions-FAKE.npy",
                          "predictions-REAL.npy", "report-FAKE.txt", "report-REAL.txt", "run.json"));
  EXPECT_THAT(read_file(partial / "report-REAL.txt"),
              StartsWith("              precision    recall  f1-score   support\n"));
  const auto [width, height] = png_size(partial / "curves.png");
  EXPECT_GT(width, height);
}

TEST(StudyFiles, AreTablesFiguresAndThePage) {
  FakeStudy study;
  study.write();
  write_tables_and_figures(study);
  EXPECT_THAT(names_in(study.folder() / "tables"),
              ElementsAre("f1.csv", "f1.md", "f1.tex", "metrics.csv", "worth-FAKE.csv", "worth-FAKE.md",
                          "worth-FAKE.tex", "worth-REAL.csv", "worth-REAL.md", "worth-REAL.tex"));
  const auto figures = names_in(study.folder() / "figures");
  EXPECT_EQ(figures.size(), 2 * (2 + 8) + 1U);
  EXPECT_EQ(names_in(study.folder() / "figures/source").size(), 2 * (2 + 8U));
  for (const char* name : {"nn_histories.svg", "lenet_histories.png", "confusion_lenet_FAKE_REAL.svg"}) {
    EXPECT_THAT(figures, ::testing::Contains(name));
  }
  EXPECT_TRUE(fs::exists(study.folder() / "report.html"));
}

TEST(StudyFiles, OfMixturesHaveCurvesAndExchangeRates) {
  FakeStudy study;
  study.classifiers = {"lenet"};
  study.seeds = {1, 2, 3};
  study.training_sets.clear();
  for (const double real : {100.0, 1000.0, 10000.0}) {
    for (const double fake : {0.0, 5000.0}) {
      study::TrainingSet set{"R" + std::to_string(static_cast<int>(real)), {}};
      if (fake > 0) {
        set.name += "F5000";
        set.sources.emplace_back("FAKE", study::Amount{study::Amount::Kind::count, fake});
      }
      set.sources.emplace_back("REAL", study::Amount{study::Amount::Kind::count, real});
      study.right["lenet " + set.name + " REAL"] = 0.1 * std::log10(real) + (fake > 0 ? 0.2 : 0.1);
      study.training_sets.push_back(std::move(set));
    }
  }
  study.write();
  write_tables_and_figures(study);
  const std::string csv = read_file(study.folder() / "tables" / "worth-REAL.csv");
  EXPECT_THAT(csv, HasSubstr("lenet,REAL,100,\"5,000 FAKE\",5000,,3,"));
  const std::string text = read_file(study.folder() / "tables" / "worth-REAL.md");
  EXPECT_THAT(text, AllOf(HasSubstr("worth in REAL images"), HasSubstr("over 10,000"), HasSubstr("3 seeds are few")));
  EXPECT_THAT(read_file(study.folder() / "figures" / "mixtures_REAL.svg"), HasSubstr("+ 5,000 FAKE"));
  EXPECT_THAT(read_file(study.folder() / "report.html"), HasSubstr("What other images are worth"));
}

TEST(StudyFiles, AreTheSameBytesWhenMadeAgain) {
  FakeStudy study;
  study.classifiers = {"lenet"};
  study.write();
  write_all_files(study.folder(), analysis::read_results(study.folder()));
  const auto snapshot = [&] {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(study.folder())) {
      if (entry.is_regular_file()) files[entry.path().string()] = read_file(entry.path());
    }
    return files;
  };
  const auto before = snapshot();
  write_all_files(study.folder(), analysis::read_results(study.folder()));
  EXPECT_EQ(snapshot(), before);
}

TEST(StudyFiles, ForgetFiguresOfRunsThatAreGone) {
  FakeStudy study;
  study.write();
  write_tables_and_figures(study);
  write_file(study.folder() / "figures" / "mine.png", "of the user");
  write_file(study.folder() / "figures/source/lenet_histories_mine.gp", "of the user");
  write_file(study.folder() / "figures/lenet_histories.pdf", "of a study with --pdf");
  auto record = study::read_study_record(study.folder());
  record.runs = {record.runs[0]};  // nn on REAL
  study::write_study_record(study.folder(), record);
  write_tables_and_figures(study);
  EXPECT_THAT(names_in(study.folder() / "figures"),
              ElementsAre("confusion_nn_REAL_FAKE.png", "confusion_nn_REAL_FAKE.svg", "confusion_nn_REAL_REAL.png",
                          "confusion_nn_REAL_REAL.svg", "mine.png", "nn_histories.png", "nn_histories.svg", "source"));
  EXPECT_THAT(
      names_in(study.folder() / "figures/source"),
      ElementsAre("confusion_nn_REAL_FAKE.csv", "confusion_nn_REAL_FAKE.gp", "confusion_nn_REAL_REAL.csv",
                  "confusion_nn_REAL_REAL.gp", "lenet_histories_mine.gp", "nn_histories.csv", "nn_histories.gp"));
}

TEST(StudyFiles, SurviveAwkwardNamesLosslessly) {
  FakeStudy study;
  study.classifiers = {"lenet"};
  study.classes = {"50% _x^2_ <b>&\"q\" it's", "c\\n{}@", "naïve 猫"};
  study.validated = false;
  study.write();
  write_all_files(study.folder(), analysis::read_results(study.folder()));
  const std::string svg = read_file(study.folder() / "figures" / "confusion_lenet_FAKE_REAL.svg");
  EXPECT_THAT(svg, HasSubstr("50% _x^2_ &lt;b>&amp;\"q\" it's"));
  EXPECT_THAT(svg, HasSubstr("c\\n{}@"));
  EXPECT_THAT(svg, HasSubstr("naïve 猫"));
  const std::string page = read_file(study.folder() / "report.html");
  EXPECT_THAT(page, HasSubstr("50% _x^2_ &lt;b&gt;&amp;&quot;q&quot; it&#39;s"));
  EXPECT_THAT(page, Not(HasSubstr("<b>&")));
}

TEST(StudyFiles, OfAStudyWithoutFinishedRunsAreStillWritten) {
  FakeStudy study;
  study.write();
  fs::remove_all(study.folder() / "runs");
  write_tables_and_figures(study);
  EXPECT_THAT(read_file(study.folder() / "report.html"), HasSubstr("No run is finished yet"));
}

TEST(Gnuplot, IsNamedWithItsPackageWhenItIsMissing) {
  FakeStudy study;
  study.write();
  EXPECT_NO_THROW(require_gnuplot());
  const OtherPath without;
  try {
    write_tables_and_figures(study);
    FAIL() << "drew figures without gnuplot";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("gnuplot is not installed"));
    EXPECT_THAT(error.hint(), HasSubstr("gnuplot-nox"));
  }
  EXPECT_THROW(require_gnuplot(), Error);
  EXPECT_TRUE(fs::exists(study.folder() / "tables" / "f1.md"));  // what needs no figure is there
  EXPECT_FALSE(fs::exists(study.folder() / "figures"));
}

Figure simple_figure(const fs::path& path, const std::string& script) {
  Figure figure;
  figure.path = figure.source = path;
  figure.title = "A test";
  figure.width = 240;
  figure.height = 120;
  figure.script = script;
  figure.data_name = "data.csv";
  figure.data = "x,y\n1,2\n2,3\n";
  return figure;
}

TEST(Gnuplot, SaysWhatIsWrongWithAScriptAndLeavesNoPictureBehind) {
  const FakeStudy study;
  EXPECT_THROW(draw({simple_figure(study.folder() / "broken", "plot nonsense nonsense")}), Error);
  EXPECT_THAT(names_in(study.folder()), ElementsAre("broken.gp", "data.csv"));
}

TEST(Gnuplot, WithoutCairoIsToldFromABadScript) {
  const FakeStudy study;
  const fs::path fake = study.folder() / "bin/gnuplot";
  write_file(fake, "#!/bin/sh\n/bin/cat > /dev/null\necho 'line 20: unknown or ambiguous terminal type' >&2\nexit 1\n");
  fs::permissions(fake, fs::perms::owner_all);
  const OtherPath only(fake.parent_path().string());
  try {
    draw({simple_figure(study.folder() / "x", "plot x")});
    FAIL() << "drew without cairo";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has no cairo"));
    EXPECT_THAT(error.hint(), HasSubstr("gnuplot-nox"));
  }
}

TEST(Gnuplot, WhatItDrewIsOnTheDiskBeforeItHasItsName) {
  const FakeStudy study;
  const ersatz::testing::SyncLog log;
  Figure figure = simple_figure(study.folder() / "figures/x", "plot data skip 1 using 1:2");
  figure.pdf = true;
  draw({figure});
  for (const char* name : {"figures/x.svg", "figures/x.png", "figures/x.pdf", "figures/x.gp", "figures/data.csv"}) {
    EXPECT_EQ(log.problem_with(study.folder() / name), "");
  }
  EXPECT_THAT(names_in(study.folder() / "figures"), ElementsAre("data.csv", "x.gp", "x.pdf", "x.png", "x.svg"));
}

TEST(Gnuplot, DrawsTheSameSizeInEveryFormat) {
  const FakeStudy study;
  Figure figure = simple_figure(study.folder() / "it's one", "plot data skip 1 using 1:2");
  figure.pdf = true;
  draw({figure});
  EXPECT_EQ(png_size(study.folder() / "it's one.png"), std::pair(600U, 300U));  // 2 x 1 inches
  // The chunk pHYs in pixels a metre, with its checksum.
  EXPECT_EQ(read_file(study.folder() / "it's one.png").substr(33, 21),
            std::string("\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01\x78\xa5\x3f\x76", 21));
  EXPECT_THAT(read_file(study.folder() / "it's one.svg"),
              AllOf(HasSubstr("viewBox=\"0 0 192 96\""), HasSubstr("DejaVu Sans, Verdana, Helvetica, sans-serif")));
  const std::string pdf = read_file(study.folder() / "it's one.pdf");
  EXPECT_THAT(pdf, AllOf(StartsWith("%PDF-"), HasSubstr("/MediaBox [ 0 0 144 72 ]"), HasSubstr("DejaVuSans"),
                         HasSubstr("/FontFile2"), HasSubstr("/ToUnicode"), Not(HasSubstr("CreationDate"))));
}

}  // namespace
}  // namespace ersatz::report
