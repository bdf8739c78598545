#include "study/output_layout.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "base/files.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

// A string literal that is, or begins as, what an output folder holds is called.
const std::regex kName(
    R"re("(\.lock|study\.json|run\.json|history\.csv|model\.safetensors|model_card\.txt|checkpoint\.safetensors)")re"
    R"re(|"(failed\.json|metrics\.csv|report\.html|f1\.(md|csv)|curves)")re"
    R"re(|"(\.partial-|predictions-|report-|worth-|confusion_|mixtures_)|(-test\.csv|_histories)")re"
    R"re(|/ "(runs|data|tables|figures|lock)")re");

// "FILE:LINE: TEXT" of lines in the rooms that know output folders, except in the one file for it.
std::vector<std::string> lines_with_names(const fs::path& root) {
  std::vector<std::string> found;
  for (const char* room : {"study", "forecast", "analysis", "report", "cli"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      if (!entry.is_regular_file() || entry.path().filename() == "output_layout.cpp") continue;
      const std::string text = read_file(entry.path());
      int number = 0;
      for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
        end = std::min(text.find('\n', begin), text.size());
        ++number;
        const std::string line = text.substr(begin, end - begin);
        if (line.starts_with("#include") || !std::regex_search(line, kName)) continue;
        found.push_back(entry.path().string() + ":" + std::to_string(number) + ": " + line);
      }
    }
  }
  return found;
}

TEST(OutputLayout, NamesStandInOneFile) {
  const fs::path root = fs::path(ERSATZ_SOURCE_DIR) / "src";
  EXPECT_THAT(lines_with_names(root), IsEmpty());
  EXPECT_TRUE(std::regex_search(read_file(root / "study/output_layout.cpp"), kName)) << "the pattern finds nothing";
}

// docs/file-formats.md promises these names.
TEST(OutputLayout, NamesAreThoseOfTheDocumentation) {
  EXPECT_EQ(study_file("DIR"), "DIR/study.json");
  EXPECT_EQ(output_lock("DIR"), "DIR/.lock");
  EXPECT_EQ(test_images_file("DIR", "REAL"), "DIR/data/REAL-test.csv");
  EXPECT_EQ(thumbnails_file("DIR", "REAL"), "DIR/data/REAL-thumbnails.json");
  EXPECT_EQ(maps_file("DIR", "REAL"), "DIR/data/REAL-maps.json");
  EXPECT_EQ(run_folder("DIR", "nn-1"), "DIR/runs/nn-1");
  EXPECT_EQ(partial_folder("DIR", "nn-1"), "DIR/runs/.partial-nn-1");
  EXPECT_EQ(f1_table_file("DIR", ".md"), "DIR/tables/f1.md");
  EXPECT_EQ(worth_table_file("DIR", "REAL", ".csv"), "DIR/tables/worth-REAL.csv");
  EXPECT_EQ(metrics_file("DIR"), "DIR/tables/metrics.csv");
  EXPECT_EQ(mixtures_figure_path("DIR", "REAL"), "DIR/figures/mixtures_REAL");
  EXPECT_EQ(histories_figure_path("DIR", "nn"), "DIR/figures/nn_histories");
  EXPECT_EQ(confusion_figure_path("DIR", "nn", "REAL", "FAKE"), "DIR/figures/confusion_nn_REAL_FAKE");
  EXPECT_EQ(page_file("DIR"), "DIR/report.html");
  EXPECT_EQ(test_looks_file("DIR"), "DIR/test-looks.csv");
  EXPECT_EQ(run_file("R"), "R/run.json");
  EXPECT_EQ(history_file("R"), "R/history.csv");
  EXPECT_EQ(model_file("R"), "R/model.safetensors");
  EXPECT_EQ(model_card_file("R"), "R/model_card.txt");
  EXPECT_EQ(predictions_file("R", "FAKE"), "R/predictions-FAKE.npy");
  EXPECT_EQ(report_file("R", "FAKE"), "R/report-FAKE.txt");
  EXPECT_EQ(curves_figure_path("R"), "R/curves");
  EXPECT_EQ(checkpoint_file("R"), "R/checkpoint.safetensors");
  EXPECT_EQ(failure_file("R"), "R/failed.json");
  EXPECT_EQ(claim_file("R"), "R/claim");
  const fs::path attempt = attempt_folder(partial_folder("O", "r"), "x");
  EXPECT_TRUE(is_attempt_folder(attempt));
  EXPECT_EQ(run_id(attempt), "r");
  EXPECT_EQ(output_folder_of(attempt).lexically_normal(), "O/");
  EXPECT_EQ(run_lock("R"), "R/lock");
}

TEST(OutputLayout, ARunFolderTellsItsIdAndItsOutputFolder) {
  EXPECT_EQ(run_id(run_folder("DIR", "nn-1")), "nn-1");
  EXPECT_EQ(run_id(partial_folder("DIR", "nn-1")), "nn-1");
  EXPECT_EQ(output_folder_of(partial_folder("DIR/SUB", "nn-1")).lexically_normal(), "DIR/SUB/");
}

TEST(OutputLayout, FiguresAreToldFromOtherFiles) {
  for (const char* figure : {"mixtures_A.svg", "vgg16:block3_histories.png", "confusion_nn_A_B.svg"}) {
    EXPECT_TRUE(is_figure_file(figures_folder("DIR") / figure)) << figure;
  }
  for (const char* other : {"mixtures_A.txt", "mine.svg", "histories.png", "curves.svg"}) {
    EXPECT_FALSE(is_figure_file(figures_folder("DIR") / other)) << other;
  }
}

}  // namespace
}  // namespace ersatz::study
