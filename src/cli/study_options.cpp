#include "cli/study_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cli/import_display.hpp"
#include "cli/one_of.hpp"
#include "fetch/catalogue.hpp"
#include "models/backbone.hpp"
#include "models/classifier.hpp"
#include "study/named_studies.hpp"
#include "study/output_folder.hpp"
#include "study/test_sets.hpp"

namespace ersatz::cli {

std::pair<std::string, std::string> split_weights(const std::string& text) {
  const std::vector<std::string> networks = models::backbone_names();
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals == std::string::npos ? 0 : equals);
  if (std::find(networks.begin(), networks.end(), name) == networks.end()) {
    const std::string meant = nearest_word(name, networks);
    if (!meant.empty() && !std::filesystem::exists(text)) {
      throw Error(fmt::format("--weights {}: there is no network \"{}\"", text, name),
                  fmt::format("did you mean \"{}\"?", meant));
    }
    return {"", text};
  }
  return {name, text.substr(equals + 1)};
}

namespace {

// A path alone will do when the study has classifiers of one pretrained network only.
void add_weights(const std::string& text, study::Study& study) {
  if (const auto [network, path] = split_weights(text); !network.empty()) {
    study.weights[network] = path;
    return;
  }
  std::set<std::string> used;
  for (const std::string& classifier : study.classifiers) {
    if (models::is_backbone(classifier)) used.insert(study::network_of(classifier));
  }
  if (used.size() != 1) {
    throw Error(used.empty() ? "--weights: no classifier of the study has a pretrained network"
                             : "--weights: the study has several pretrained networks",
                used.empty() ? "" : "write --weights NETWORK=PATH for each: " + join_words({used.begin(), used.end()}));
  }
  study.weights[*used.begin()] = text;
}

// "vgg16=vgg16:block3": the second wherever the study names the first.
void replace_classifier(const std::string& text, study::Study& study) {
  const std::size_t equals = text.find('=');
  const std::string before = text.substr(0, equals);
  const std::string after = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (!models::is_classifier(after)) {
    throw Error(fmt::format("--replace {}: \"{}\" is no classifier", text, after),
                equals == std::string::npos ? "write --replace OLD=NEW, as in vgg16=vgg16:block3"
                                            : suggest(after, models::classifier_names(), "there are"));
  }
  auto& all = study.classifiers;
  const auto found = std::find(all.begin(), all.end(), before);
  if (found == all.end()) {
    throw Error(fmt::format("--replace {}: the study has no classifier \"{}\"", text, before),
                suggest(before, all, "it has"));
  }
  if (std::find(all.begin(), all.end(), after) != all.end()) {
    throw Error(fmt::format("--replace {}: the study has {} already", text, after));
  }
  *found = after;
}

// Images that are not there and can be got with a command. Throws Error; others are looked at when they are read.
void require_images(const study::Study& study) {
  std::error_code code;
  if (!study.data.path || std::filesystem::exists(*study.data.path, code)) return;
  const std::string path = study.data.path->string();
  const fetch::KnownFile* cifake = fetch::find_known_file("cifake");
  std::string command;
  if (study.data.path->filename() == cifake->file_name) {
    command = "ersatz fetch cifake" + (path == cifake->default_path({}) ? "" : " --to " + path);
  } else if (study.data.path->filename() == "demo-data") {
    command = "ersatz data demo " + path;
  }
  if (command.empty()) return;
  throw Error(fmt::format("{} is not there", path),
              fmt::format("`{}` puts it there, or name other images with --data", command));
}

std::string absolute_text(const std::filesystem::path& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

}  // namespace

std::vector<CLI::Option*> StudyOptions::declare_data(CLI::App& command) {
  return {
      command.add_option("--data", data_path, "Zip, tar or folder with the images, instead of the study's data.path"),
      command.add_option("--cache", cache_path, "Folder for decoded images; default: $ERSATZ_CACHE or ~/.cache/ersatz"),
      command.add_option("--size", size, "Make all images this size: 64, or 48x64 for 48 rows of 64 pixels"),
      command
          .add_option("--weights", weights,
                      "Pretrained weights (Keras .h5 or safetensors), PATH or NETWORK=PATH as in vgg19=x.h5")
          ->allow_extra_args(false),
      command.add_flag("--skip-broken", skip_broken, "Leave out images that cannot be decoded instead of stopping"),
      command.add_flag("--verify", verify, "Read the whole input again, even when it looks unchanged")};
}

void StudyOptions::declare(CLI::App& command) {
  command
      .add_option("STUDY", study_path,
                  "Study file (TOML), or the name of one that comes with ersatz (ersatz study list)")
      ->required();
  command.add_option("--out", out_path, "Output folder; default: out/<name of the study>");
  declare_data(command);
  command.add_option("--limit", limit, "Train on at most this many images per class")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  command.add_option("--epochs", epochs, "Train for at most this many epochs")->check(CLI::Range(1, 1'000'000));
  command.add_option("--steps", steps, "Make this many training steps in every run, without early stopping")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->excludes("--epochs");
  command.add_option("--precision", precision, "Precision instead of the study's: auto, f32 or bf16")
      ->check(one_of("--precision", {"auto", "f32", "bf16"}));
  command.add_option("--seeds", seeds, "Seeds instead of the study's: 1,2,3")
      ->delimiter(',')
      ->allow_extra_args(false)  // what follows is the study file
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  command.add_option("--replace", replace, "OLD=NEW: train the classifier NEW where the study names OLD")
      ->allow_extra_args(false);
}

std::vector<std::string> StudyOptions::data_arguments(const study::Session& session) const {
  std::vector<std::string> words{"--cache", absolute_text(session.cache)};
  // Paths of an installed study start from the working folder.
  const study::Study& study = session.study;
  const bool starts_here = study.folder != study.file.parent_path();
  if (study.data.path && (starts_here || !data_path.empty())) {
    words.insert(words.end(), {"--data", absolute_text(*study.data.path)});
  }
  if (!size.empty()) words.insert(words.end(), {"--size", size});
  for (const std::string& text : weights) {
    const auto [network, path] = split_weights(text);
    words.insert(words.end(), {"--weights", (network.empty() ? "" : network + "=") + absolute_text(path)});
  }
  if (skip_broken) words.emplace_back("--skip-broken");
  return words;
}

std::vector<std::string> StudyOptions::data_as_given() const {
  std::vector<std::string> words;
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  add("--data", data_path);
  add("--cache", cache_path);
  add("--size", size);
  for (const std::string& text : weights) add("--weights", text);
  if (skip_broken) words.emplace_back("--skip-broken");
  return words;
}

std::vector<std::string> StudyOptions::arguments(const study::Session& session) const {
  std::vector<std::string> words{absolute_text(session.study.file), "--out", absolute_text(session.out)};
  const std::vector<std::string> of_data = data_arguments(session);
  words.insert(words.end(), of_data.begin(), of_data.end());
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  const auto add_number = [&](const char* option, const std::optional<std::int64_t>& value) {
    if (value) add(option, std::to_string(*value));
  };
  add_number("--limit", limit);
  add_number("--epochs", epochs);
  add_number("--steps", steps);
  add("--precision", precision);
  add("--seeds", fmt::format("{}", fmt::join(seeds, ",")));
  for (const std::string& text : replace) add("--replace", text);
  return words;
}

std::vector<std::string> StudyOptions::report_arguments(const study::Session& session) const {
  std::vector<std::string> words{absolute_text(session.out), "--study", absolute_text(session.study.file)};
  const std::vector<std::string> of_data = data_arguments(session);
  words.insert(words.end(), of_data.begin(), of_data.end());
  return words;
}

study::Study StudyOptions::load() const {
  study::Study loaded = study::read_study(study::find_study(study_path));
  if (!data_path.empty()) loaded.data.path = data_path;
  if (!loaded.data.path && loaded.data.sources.empty()) {
    throw Error(fmt::format("{} does not say where its data are", study_path),
                "name a zip or a folder with --data PATH");
  }
  for (const std::string& text : replace) replace_classifier(text, loaded);
  for (const std::string& text : weights) add_weights(text, loaded);
  if (!size.empty()) {
    if (!loaded.resize) loaded.resize.emplace();
    loaded.resize->size = parse_size(size);
  }
  study::TrainingSettings& asked = loaded.asked;
  if (limit) asked.limit = limit;
  if (epochs && asked.steps) {
    throw Error(fmt::format("--epochs: {} has a budget of {} steps", study_path, *asked.steps),
                "write --steps N for another budget");
  }
  if (epochs && loaded.budgets.any()) {
    throw Error(fmt::format("--epochs: {} has several budgets of steps", study_path),
                "write --steps N for one of them alone");
  }
  if (epochs) asked.epochs = epochs;
  if (steps) study::replace_budget(loaded, *steps);
  if (!precision.empty()) asked.precision = study::precision_choice(precision);
  if (!seeds.empty()) {
    loaded.seeds.clear();
    loaded.until.reset();
    for (const std::int64_t seed : seeds) {
      if (std::count(seeds.begin(), seeds.end(), seed) > 1) throw Error(fmt::format("--seeds holds {} twice", seed));
      loaded.seeds.push_back(static_cast<std::uint64_t>(seed));
    }
  }
  return loaded;
}

std::filesystem::path StudyOptions::cache_folder() const {
  return cache_path.empty() ? data::default_cache_folder() : std::filesystem::path(cache_path);
}

data::ImportOptions StudyOptions::import_options(const study::Study& study) const {
  data::ImportOptions import;
  import.cache = cache_folder();
  import.resize = study.resize;
  import.skip_broken = skip_broken;
  import.verify = verify;
  return import;
}

data::DataSet StudyOptions::open_data_of(const study::Study& study, const std::string& folder,
                                         const std::string& fingerprint) const {
  data::DataSet data = open_with_progress(study.data, import_options(study));
  study::Study prepared = study;
  study::prepare_data(prepared, cache_folder(), data);
  if (data.fingerprint == fingerprint) return data;
  throw Error(fmt::format("{} was made with other data than {} names now", folder, study_path),
              "name the data that it was made with: --data PATH, and --size where the images were made another size");
}

study::Session StudyOptions::open() const {
  study::Session session;
  session.study = load();
  session.out = out_path.empty() ? std::filesystem::path("out") / session.study.name : std::filesystem::path(out_path);
  session.cache = cache_folder();
  study::check_output_folder(session.out, session.study.name, "");
  require_images(session.study);
  session.data = open_with_progress(session.study.data, import_options(session.study));
  study::prepare_data(session.study, session.cache, session.data);
  study::check_output_folder(session.out, session.study.name, session.data.fingerprint);
  session.plan = study::make_plan(session.study, session.data, session.cache);
  study::take_up_seeds(session.plan, session.out);
  study::ask_for_more(session.plan, session.out);
  return session;
}

}  // namespace ersatz::cli
