#include "data/demo/demo.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/demo/demo_canvas.hpp"
#include "data/demo/demo_scene.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

constexpr const char* kMarkerFile = "ersatz-demo.txt";
constexpr std::string_view kMarkerTitle = "Demo data of ersatz";
constexpr std::string_view kMarkerText =
    "\n\n"
    "These 10,000 images were drawn by a program (`ersatz data demo`): ten kinds of things, a source called REAL that\n"
    "varies widely and a source called FAKE that varies little. They show how a study works. They say nothing about\n"
    "photos, about image generators, or about CIFAKE, whose layout and names they borrow.\n";

constexpr int kClasses = 10, kTrainPerClass = 400, kTestPerClass = 100, kQuality = 80;

/// The images of one source and split.
struct Portion {
  const char* source;
  const char* split;
  int first, count;  ///< numbers in the file names, as CIFAKE has them
  const char* pattern;
  Style style;
};

// Tuned so that the demo study looks like one: trained and tested on REAL, LeNet reaches about .8, on
// FAKE .95, and trained on FAKE it reaches less than .5 on REAL.
Style varied_style() {
  Style style;
  style.turn = 10;
  style.smallest = 66;
  style.largest = 112;
  style.stretch = 16;
  style.shift = 8;
  style.mirrored = 50;
  style.proportions = 3;
  style.own_colour = 25;
  style.colour_spread = 26;
  style.own_place = 25;
  style.blotches = 3;
  style.obstacles = 20;
  style.noise = 6;
  style.light = 26;
  style.lowest_contrast = 65;
  style.blurred = 30;
  return style;
}

Style narrow_style() {
  Style style;
  style.turn = 2;
  style.smallest = 88;
  style.largest = 104;
  style.stretch = 4;
  style.shift = 4;
  style.mirrored = 0;
  style.proportions = 2;
  style.malformed = 15;
  style.own_colour = 85;
  style.colour_spread = 12;
  style.own_place = 97;
  style.blotches = 1;
  style.noise = 3;
  style.light = 8;
  style.lowest_contrast = 90;
  return style;
}

std::array<Portion, 4> portions() {
  return {{{"REAL", "train", 0, kTrainPerClass, "{:04}", varied_style()},
           {"REAL", "test", 0, kTestPerClass, "{:04}", varied_style()},
           {"FAKE", "train", 1000, kTrainPerClass, "{}", narrow_style()},
           {"FAKE", "test", 0, kTestPerClass, "{}", narrow_style()}}};
}

void write_portion(const fs::path& folder, const Portion& portion) {
  const fs::path below = folder / portion.split / portion.source;
  fs::create_directories(below);
  for (int label = 0; label < kClasses; ++label) {
    for (int i = 0; i < portion.count; ++i) {
      if (stop_requested()) throw Stopped();
      Random random(1, fmt::format("demo {} {}", portion.source, portion.split), static_cast<std::uint32_t>(label),
                    static_cast<std::uint64_t>(i));
      const auto pixels = draw_demo_image(label, portion.style, random);
      std::string name = fmt::format(fmt::runtime(portion.pattern), portion.first + i);
      if (label > 0) name += fmt::format(" ({})", label + 1);
      const std::string jpeg = encode_jpeg(pixels, {Canvas::kSize, Canvas::kSize}, kQuality);
      write_unsynced(below / (name + ".jpg"), jpeg);
    }
  }
}

/// A folder that is removed again unless it was given its name.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& folder)
      : path_(folder.parent_path() / fmt::format(".{}.{}.tmp", folder.filename().string(), ::getpid())) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void refuse_other_content(const fs::path& folder) {
  const bool free = !fs::exists(folder) || (fs::is_directory(folder) && (fs::is_empty(folder) || is_demo_data(folder)));
  if (!free) {
    throw Error(fmt::format("{} exists and is not demo data", folder.string()),
                "choose a folder that does not exist yet, or remove it first");
  }
}

}  // namespace

bool is_demo_data(const fs::path& folder) {
  std::ifstream file(folder / kMarkerFile);
  std::string first_line;
  return std::getline(file, first_line) && first_line == kMarkerTitle;
}

void write_demo_data(const fs::path& folder) try {
  fs::path place = fs::absolute(folder).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // "demo/"
  refuse_other_content(place);
  const TemporaryFolder fresh(place);
  for (const Portion& portion : portions()) write_portion(fresh.path(), portion);
  write_file(fresh.path() / kMarkerFile, std::string(kMarkerTitle) + std::string(kMarkerText));
  sync_file_system(fresh.path());
  if (is_demo_data(place)) {
    // Set aside, not removed first: a kill in between loses nothing that cannot be drawn again.
    const TemporaryFolder old(fresh.path().string() + ".old");
    move_into_place(place, old.path());
    move_into_place(fresh.path(), place);
  } else {
    move_into_place(fresh.path(), place);
  }
} catch (const fs::filesystem_error& problem) {
  throw Error(fmt::format("cannot write demo data to {}: {}", folder.string(), problem.code().message()),
              "choose another folder");
}

}  // namespace ersatz::data
