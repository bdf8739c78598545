#include "study/starter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "study/toml_text.hpp"

namespace ersatz::study {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kFifth = 5;  // a fifth of the images is validated on

/// All that the surveys found, and what follows from it.
class Writer {
 public:
  Writer(std::string name, const std::vector<data::Survey>& surveys, const std::filesystem::path& folder)
      : name_(std::move(name)), surveys_(surveys), folder_(folder) {
    for (const data::Survey& survey : surveys) {
      for (const data::SurveyedSource& source : survey.sources) {
        if (!sources_.emplace(source.name, source).second) {
          throw Error(fmt::format("two sources are called {}", source.name),
                      fmt::format("give them names: ersatz init photos={} ...", survey.path.string()));
        }
        order_.push_back(source.name);
        tested_ = tested_ || source.testing > 0;
        unsplit_ = unsplit_ || source.unsplit > 0;
      }
      for (const auto& [size, count] : survey.sizes) sizes_[size] += count;
    }
    real_ = likely_real(order_);
    std::stable_partition(order_.begin(), order_.end(), [&](const std::string& one) { return one == real_; });
    check();
  }

  std::string text() const { return head() + data() + training() + training_sets(); }

  /// The sections [data] and [data.sources].
  std::string data() const {
    std::string text = "[data]\n";
    for (const data::Survey& survey : surveys_) {
      if (!survey.own) text += fmt::format("path = {}\n", toml_path(survey.path, folder_));
    }
    text += size() + test() + classes();
    text += "# made_from = { generated = \"photos\" }    # where images were made from photographs (img2img, LoRA)\n\n";
    if (std::any_of(surveys_.begin(), surveys_.end(), [](const data::Survey& survey) { return survey.own; })) {
      text += "[data.sources]\n";
      for (const data::Survey& survey : surveys_) {
        if (survey.own) {
          text += fmt::format("{} = {}\n", toml_key(survey.sources.front().name), toml_path(survey.path, folder_));
        }
      }
      text += "\n";
    }
    return text;
  }

  std::vector<std::string> warnings() const {
    std::map<std::string, std::set<std::string>> sources_of;  // of each class, by its name in lower case
    for (const auto& [name, source] : sources_) {
      for (const std::string& one : source.classes) sources_of[lower_ascii(one)].insert(name);
    }
    if (sources_of.size() < 2) {
      return {fmt::format("all images are of one class, {}: nothing can be told apart. Is a folder level missing?",
                          sources_of.empty() ? "none" : toml_escaped(sources_of.begin()->first))};
    }
    std::vector<std::string> texts;
    for (const std::string& name : order_) {
      const auto& classes = sources_.at(name).classes;
      const auto is_shared = [&](const std::string& one) { return sources_of.at(lower_ascii(one)).size() > 1; };
      if (sources_.size() < 2 || std::ranges::any_of(classes, is_shared)) continue;
      texts.push_back(
          fmt::format("{} has no class in common with the others (it has {}): join names of the same class "
                      "under [data] before you run it",
                      name, toml_escaped(join_first_words(classes, 6))));
    }
    return texts;
  }

 private:
  void check() const {
    if (std::none_of(sources_.begin(), sources_.end(), [&](const auto& one) { return images_of(one.first) > 0; })) {
      throw Error("there are no images for training");
    }
    if (!tested_ && !unsplit_) throw Error("there are no images for testing, and none that could be set aside");
    const auto several =
        std::count_if(surveys_.begin(), surveys_.end(), [](const data::Survey& survey) { return !survey.own; });
    if (several > 1) {
      throw Error("two of the paths hold several sources each", "put them into one folder, or name one source of each");
    }
  }

  /// Images for training, with those that may be set aside for testing or validation.
  std::size_t images_of(const std::string& name) const {
    const data::SurveyedSource& source = sources_.at(name);
    return source.training + source.unsplit;
  }

  std::string head() const {
    std::string text =
        "# What are these generated images worth? Written by ersatz init; every line may be changed.\n#\n";
    for (const data::Survey& survey : surveys_) {
      text += fmt::format("# {}: {}\n", toml_escaped(survey.path.string()), survey.taken_for);
      for (const data::SurveyedSource& source : survey.sources) {
        std::vector<std::string> counts;
        if (source.training > 0) counts.push_back(format_count(source.training) + " for training");
        if (source.testing > 0) counts.push_back(format_count(source.testing) + " for testing");
        if (source.unsplit > 0) counts.push_back(format_count(source.unsplit) + " without a split");
        text += fmt::format("#   {}: {}\n", source.name, join_words(counts));
      }
    }
    text += fmt::format(
        "#\n#   ersatz data info {0}.toml     look at the images first: classes, copies, what was left out\n"
        "#   ersatz plan {0}.toml          what will be trained, and how long it takes\n"
        "#   ersatz run {0}.toml\n"
        "#   ersatz answer out/{0}\n#\n# All keys: ersatz study keys, docs/study-files.md, docs/data.md\n\n",
        name_);
    text += fmt::format(
        "[study]\nname = {}\n"
        "classifiers = [\"lenet\"]          # \"nn\", \"convnet:0.25\" and \"convnet\" are others; \"vgg16\" needs "
        "weights\n"
        "seeds = [1, 2, 3]                # each run is made with each; more seeds, narrower intervals\n",
        toml_text(name_));
    if (sources_.size() > 1 && (sources_.at(real_).testing > 0 || sources_.at(real_).unsplit > 0)) {
      text +=
          fmt::format("real = {:<26}# the source that what the others are worth is measured on\n", toml_text(real_));
    }
    return text + "\n";
  }

  std::string size() const {
    constexpr int kLarge = 64, kSmall = 32;
    int least = 1 << 30, most = 0;
    for (const auto& [size, count] : sizes_) {
      least = std::min({least, size.first, size.second});
      most = std::max({most, size.first, size.second});
    }
    if (sizes_.size() == 1 && most <= kLarge) return "";
    return fmt::format("size = {:<26}# the images have {}; training takes 4 times as long at twice the size\n",
                       least < 48 ? kSmall : kLarge, data::describe(sizes_));
  }

  std::string test() const {
    if (!unsplit_) return "";
    std::string text;
    const std::string what = "# a fifth of the images is set aside for testing, by a hash of their pixels\n";
    if (!tested_) {
      text = fmt::format("test = {:<26}{}", 0.2, what);
    } else if (sources_.at(real_).unsplit > 0 && sources_.at(real_).testing == 0) {
      text = fmt::format("test = {:<26}{}", fmt::format("{{ {} = 0.2 }}", toml_key(real_)), what);
    } else {
      text = "# test = 0.2                     # would set a fifth of the sources without a split aside for testing\n";
    }
    return text + "# group = \"^([^_]+)_\"            # keeps on one side what belongs together: a prompt, a subject\n";
  }

  /// Joins names that differ in case only, and says which sources lack a class.
  std::string classes() const {
    std::map<std::string, std::set<std::string>> spellings;
    for (const auto& [name, source] : sources_) {
      for (const std::string& one : source.classes) spellings[lower_ascii(one)].insert(one);
    }
    std::vector<std::string> joined;
    for (const auto& [meaning, names] : spellings) {
      if (names.size() < 2) continue;
      std::vector<std::string> others;
      for (auto one = std::next(names.begin()); one != names.end(); ++one) others.push_back(toml_text(*one));
      joined.push_back(fmt::format("{} = [{}]", toml_text(*names.begin()), fmt::join(others, ", ")));
    }
    std::string text;
    if (!joined.empty()) text = fmt::format("classes = {{ {} }}\n", fmt::join(joined, ", "));
    for (const std::string& name : order_) {
      std::set<std::string> own;
      for (const std::string& one : sources_.at(name).classes) own.insert(lower_ascii(one));
      std::vector<std::string> missing;
      for (const auto& [meaning, names] : spellings) {
        if (!own.contains(meaning)) missing.push_back(toml_escaped(*names.begin()));
      }
      if (!missing.empty()) {
        if (missing.size() > 12) missing.resize(12), missing.emplace_back("...");
        text += fmt::format("# {} has no class {}; if it has another name: classes = {{ {} = [\"its name\"] }}\n", name,
                            join_words(missing, " or "), toml_text(missing.front()));
      }
    }
    return text;
  }

  std::string training() const {
    std::size_t most = 0;
    for (const std::string& name : order_) {
      if (name != real_) most = std::max(most, images_of(name));
    }
    const std::size_t images = (images_of(real_) + most) * (kFifth - 1) / kFifth;
    // Fifteen times through the largest mixture, within what a small machine does in minutes.
    const std::size_t steps = std::clamp<std::size_t>(15 * images / kBatch / 100 * 100, 1000, 6250);
    return fmt::format(
        "[training]\nsteps = {:<25}# of {} images, the same for every training set. Twice as many: does the answer "
        "stay?\n"
        "momentum = 0.9\n\n",
        steps, kBatch);
  }

  std::string training_sets() const {
    std::vector<std::string> generated;
    for (const std::string& name : order_) {
      if (name != real_ && images_of(name) > 0) generated.push_back(name);
    }
    std::string text;
    if (images_of(real_) > 0) {
      text += fmt::format("[train.{0}]\nsources = {{ {0} = \"all\" }}\n", toml_key(real_));
    }
    for (const std::string& name : generated) {
      text += fmt::format("\n[train.{0}]\nsources = {{ {0} = \"all\" }}\n", toml_key(name));
      if (images_of(real_) == 0) continue;
      text += fmt::format("\n[train.{0}]\nsources = {{ {1} = \"all\", {2} = \"all\" }}\n", toml_key(real_ + "+" + name),
                          toml_key(real_), toml_key(name));
    }
    if (!generated.empty() && images_of(real_) > 0) {
      text += fmt::format(
          "\n# How many photographs are the generated images worth? Lists of amounts make a grid of training sets:\n"
          "# [train.mix]\n# sources = {{ {} = [0, 500, 2000, \"all\"], {} = [0, \"all\"] }}\n",
          toml_key(real_), toml_key(generated.front()));
    }
    return text;
  }

  std::string name_;
  const std::vector<data::Survey>& surveys_;
  const std::filesystem::path& folder_;
  std::map<std::string, data::SurveyedSource> sources_;
  std::vector<std::string> order_;  // the real source first, the others as they were given
  data::SizeCounts sizes_;
  std::string real_;
  bool tested_ = false, unsplit_ = false;
};

}  // namespace

std::string likely_real(const std::vector<std::string>& sources) {
  if (std::find(sources.begin(), sources.end(), "REAL") != sources.end()) return "REAL";
  // "realistic" and "photorealistic" are what generators are called.
  for (const char* word : {"photos", "photo", "real", "natural", "original", "camera"}) {
    const auto has = [word](const std::string& name) {
      const std::string small = lower_ascii(name);
      const std::size_t at = small.find(word), end = at + std::string_view(word).size();
      const auto is_letter = [&](std::size_t i) { return i < small.size() && small[i] >= 'a' && small[i] <= 'z'; };
      return at != std::string::npos && !is_letter(at - 1) && !is_letter(end);
    };
    const auto found = std::ranges::find_if(sources, has);
    if (found != sources.end()) return *found;
  }
  return sources.front();
}

std::string starter_data(const std::vector<data::Survey>& surveys, const std::filesystem::path& folder) {
  return Writer("", surveys, folder).data();
}

Starter starter_study(const std::string& name, const std::vector<data::Survey>& surveys,
                      const std::filesystem::path& folder) {
  const Writer writer(name, surveys, folder);
  return {writer.text(), writer.warnings()};
}

}  // namespace ersatz::study
