// docs/data.md is the manual of layouts: each of its examples is made and looked at as it says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "data/make_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;

struct Block {
  std::string language;  ///< what stands behind ```: "toml", "csv photos/labels.csv"
  std::vector<std::string> lines;

  std::string text() const {
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
  }
};

// The blocks of the page, by the heading they stand under.
std::vector<std::pair<std::string, std::vector<Block>>> sections_of(const fs::path& page) {
  std::vector<std::pair<std::string, std::vector<Block>>> sections;
  std::istringstream text(read_file(page));
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) sections.back().second.push_back({line.substr(3), {}});
    } else if (inside) {
      sections.back().second.back().lines.push_back(line);
    } else if (line.starts_with("#")) {
      sections.push_back({line, {}});
    }
  }
  return sections;
}

// Where the last number of a file's name begins and ends.
std::pair<std::size_t, std::size_t> last_number(const std::string& name) {
  const std::size_t end = name.find_last_of("0123456789", name.rfind('.')) + 1;
  const std::size_t begin = name.find_last_not_of("0123456789", end - 1) + 1;
  return {begin, end};
}

class Manual : public testing::WorkingFolder {
 protected:
  void image(const std::string& path, data::ImageShape shape) {
    const bool png = path.ends_with(".png");
    testing::write_plain(folder_ / path, png ? testing::png_image(next_, shape) : testing::jpeg_image(next_, shape));
    ++next_;
  }

  // Files of many images are those that other programs wrote for the tests of their readers.
  bool is_fixture(const std::string& path) {
    const fs::path tests = fs::path(ERSATZ_SOURCE_DIR) / "tests/data";
    fs::path fixture = tests / "import/arrays" / fs::path(path).filename();
    if (path.ends_with(".parquet")) {
      const bool train = path.find("train") != std::string::npos;
      fixture = tests / "parquet/fixtures" / (train ? "snappy_v1_groups.parquet" : "zstd_v2_pages.parquet");
    }
    if (path.ends_with(".npz")) fixture = tests / "import/arrays/stored.npz";
    if (path.find("...") != std::string::npos || !fs::exists(fixture)) return false;
    testing::write_plain(folder_ / path, read_file(fixture));
    return true;
  }

  // "photos/cat/001.jpg ... 040.jpg  64 x 48"
  void images(std::string line) {
    if (is_fixture(line)) return;
    data::ImageShape shape{8, 8};
    if (const std::size_t size = line.find("  "); size != std::string::npos) {
      std::istringstream numbers(line.substr(size));
      char x = 0;
      numbers >> shape.width >> x >> shape.height;
      line.resize(size);
    }
    const std::size_t dots = line.find(" ... ");
    if (dots == std::string::npos) return image(line, shape);
    const std::string first = line.substr(0, dots), last = line.substr(dots + 5);
    const auto [begin, end] = last_number(first);
    const auto [last_begin, last_end] = last_number(last);
    const int to = std::stoi(last.substr(last_begin, last_end - last_begin));
    for (int i = std::stoi(first.substr(begin, end - begin)); i <= to; ++i) {
      std::string number = std::to_string(i);
      if (number.size() < end - begin) number.insert(0, end - begin - number.size(), '0');
      image(first.substr(0, begin) + number + first.substr(end), shape);
    }
  }

  void study(const Block& block) {
    testing::write_plain(folder_ / "study.toml", "[study]\nname = \"manual\"\nclassifiers = [\"nn\"]\n" + block.text() +
                                                     "\n[train.all]\nsources = { photos = \"all\" }\n");
  }

  // Each line of the block is there, in this order.
  void command(const Block& block) {
    std::istringstream words(block.lines.front());
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    ASSERT_THAT(block.lines.front(), HasSubstr("$ ersatz "));
    arguments.erase(arguments.begin(), arguments.begin() + 2);
    const Outcome outcome = testing::run_ersatz(arguments);
    const std::string all = outcome.out + outcome.err;
    std::size_t at = 0;
    for (std::size_t i = 1; i < block.lines.size(); ++i) {
      const std::size_t found = all.find(block.lines[i] + "\n", at);
      EXPECT_NE(found, std::string::npos) << "not there: " << block.lines[i] << "\n" << all;
      if (found != std::string::npos) at = found + block.lines[i].size();
      ++checked_;
    }
  }

  void follow(const std::vector<Block>& blocks) {
    folder_ = scratch_ / ("section" + std::to_string(next_));
    fs::create_directories(folder_);
    fs::current_path(folder_);
    for (const Block& block : blocks) {
      if (block.language == "files") {
        for (const std::string& line : block.lines) images(line);
      } else if (block.language == "toml") {
        study(block);
      } else if (block.language == "console") {
        command(block);
      } else {
        testing::write_plain(folder_ / block.language.substr(block.language.find(' ') + 1), block.text());
      }
    }
  }

  fs::path folder_;
  int next_ = 1, checked_ = 0;
};

TEST_F(Manual, EveryExampleDoesWhatThePageSays) {
  int followed = 0;
  for (const auto& [heading, blocks] : sections_of(fs::path(ERSATZ_SOURCE_DIR) / "docs/data.md")) {
    SCOPED_TRACE(heading);
    if (blocks.empty()) continue;
    follow(blocks);
    ++followed;
  }
  EXPECT_GE(followed, 9);
  EXPECT_GE(checked_, 18);
}

}  // namespace
}  // namespace ersatz
