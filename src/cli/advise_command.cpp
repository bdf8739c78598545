#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/advise/search.hpp"
#include "cli/commands.hpp"
#include "cli/survey_path.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_state.hpp"
#include "models/classifier.hpp"
#include "report/advice_text.hpp"
#include "study/output_layout.hpp"
#include "study/starter.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kAdviceFormat = 1;
constexpr double kShare = 0.85;        // of the time, for what no forecast knows
constexpr double kSecondsOfRun = 0.4;  // start, files
constexpr std::int64_t kProbe = 1000;  // steps that a forecast is made for

struct AdviseOptions {
  std::vector<std::string> paths;
  std::string real, classifier = "lenet", time = "1h", out = "out/advice";
  std::optional<std::size_t> images, candidates;
  std::size_t seeds = 5;
  StageFolder folder;
};

/// Seconds of "90s", "30m", "1h", "1h30m"; a number alone is minutes.
double seconds_from(const std::string& text) {
  double seconds = 0;
  std::string digits;
  for (const char c : text + (text.empty() || std::isdigit(static_cast<unsigned char>(text.back())) ? "m" : "")) {
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') {
      digits += c;
      continue;
    }
    const auto number = number_from<double>(digits);
    const double unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : 0;
    if (!number || unit == 0 || seconds > 1e8)
      throw Error(fmt::format("--time {} is no time", text), "write 90s, 30m, 1h or 1h30m");
    seconds += *number * unit;
    digits.clear();
  }
  return seconds;
}

std::vector<std::string> names_of(const std::vector<data::Survey>& surveys) {
  std::vector<std::string> names;
  for (const data::Survey& survey : surveys) {
    for (const data::SurveyedSource& source : survey.sources) names.push_back(source.name);
  }
  return names;
}

/// The plan but for its steps and points, from what the images are; their number is known when they are imported.
study::SearchPlan empty_plan(const AdviseOptions& options, const std::vector<std::string>& sources) {
  models::classifier_title(options.classifier);  // throws where there is none
  study::SearchPlan plan;
  plan.classifier = options.classifier;
  plan.space.real = options.real.empty() ? study::likely_real(sources) : options.real;
  if (std::ranges::find(sources, plan.space.real) == sources.end()) {
    throw Error(fmt::format("--real {}: there is no such source", plan.space.real),
                fmt::format("there are {}", join_words(sources)));
  }
  if (sources.size() < 2) {
    throw Error(fmt::format("there is one source, {}: advice is about real and generated images", sources.front()),
                "name both: ersatz advise photos/ generated/");
  }
  plan.test_seeds = options.seeds;
  plan.candidates = options.candidates.value_or(plan.candidates);
  return plan;
}

// The images themselves, read once: a study of one run that is never made.
study::Session probe(const AdviseOptions& options, const study::SearchPlan& plan,
                     const std::vector<std::string>& sources) {
  study::SearchPlan one = plan;
  one.steps = kProbe;
  const auto generated = std::ranges::find_if(sources, [&](const auto& name) { return name != plan.space.real; });
  const study::Recipe recipe{"probe", plan.space.real, 0, {{*generated, 0}}, {}, {}};
  const study::Stage stage{"search-1", {kProbe}, {1}, 1};
  return open_stage(options.folder, one, stage, {recipe}, false);
}

std::size_t training_images(const data::DataSet& data, const std::string& source) {
  const data::ImageStore* store = data.source(source).split(data::Split::train);
  return store == nullptr ? 0 : store->size();
}

void fill_in(study::SearchPlan& plan, const AdviseOptions& options, const study::Session& session) {
  study::SearchSpace& space = plan.space;
  const std::size_t available = training_images(session.data, space.real);
  space.photographs = options.images.value_or(available);
  if (space.photographs > available) {
    throw Error(fmt::format("--images {}: {} has {} images for training", space.photographs, space.real,
                            format_count(available)));
  }
  for (const data::Source& source : session.data.sources) {
    const std::size_t images = training_images(session.data, source.name);
    if (source.name != space.real && images > 0) space.generated.emplace_back(source.name, images);
  }
  if (space.generated.empty()) throw Error("there are no generated images for training");
  const models::Classifier classifier =
      models::make_classifier(plan.classifier, session.data.shape, static_cast<int>(session.data.classes.size()));
  space.own_method = classifier.method.has_value();
  space.frozen = classifier.backbone.has_value();
  plan.points = study::curve_points(space.photographs, available);
}

/// What everything is made of that takes time.
struct Pace {
  double step = 0;      ///< seconds of a training step, on average over the first search
  double verifier = 0;  ///< of training a verifier and asking it; 0 where no recipe may want one
  double features = 0;  ///< of the features of a frozen network
  unsigned workers = 1;
};

StageTime measure(const AdviseOptions& options, const study::SearchPlan& plan,
                  const std::vector<study::Recipe>& recipes) {
  const study::Stage stage{"search-1", {kProbe}, {1}, recipes.size()};
  return stage_time(options.folder, open_stage(options.folder, plan, stage, recipes, false));
}

Pace measure_pace(const AdviseOptions& options, study::SearchPlan plan) {
  plan.space.verified = false;
  const study::Candidates drawn = study::draw_candidates(plan.space, plan.candidates, plan.seed);
  std::vector<study::Recipe> recipes = drawn.without;
  recipes.insert(recipes.end(), drawn.with.begin(), drawn.with.end());
  const StageTime plain = measure(options, plan, recipes);
  Pace pace;
  pace.step = std::accumulate(plain.runs.begin(), plain.runs.end(), 0.0) /
              static_cast<double>(plain.runs.size() * static_cast<std::size_t>(kProbe));
  pace.features = plain.features;
  pace.workers = plain.workers;
  if (plan.space.frozen || plan.space.photographs == 0) return pace;
  study::Recipe mixed = drawn.with.front(), taught = mixed;
  taught.name = "taught";
  taught.use = study::GeneratedUse::teacher;
  const StageTime both = measure(options, plan, {mixed, taught});
  pace.verifier = both.runs[1] - both.runs[0];
  return pace;
}

// Chooses the budget, and where it would be too small fewer candidates, unless these were asked for.
void fit_into_time(study::SearchPlan& plan, const AdviseOptions& options, std::int64_t batch) {
  const double seconds = seconds_from(options.time);
  const Pace pace = measure_pace(options, plan);
  // A verifier is trained for each seed: two of searches, and those of the test.
  constexpr double kMostOfTime = 0.25;
  double verifying = pace.verifier * static_cast<double>(2 + plan.test_seeds);
  plan.space.verified = verifying > 0 && verifying < kMostOfTime * seconds;
  if (!plan.space.verified) verifying = 0;
  const double before = pace.features + verifying / pace.workers;
  const auto wall_seconds = [&](std::int64_t steps) {
    const study::SearchCost cost = study::search_cost(plan);
    return before +
           (cost.steps * static_cast<double>(steps) * pace.step + static_cast<double>(cost.runs) * kSecondsOfRun) /
               pace.workers;
  };
  const std::int64_t least = study::least_steps(batch);
  const auto fit = [&](std::size_t candidates) {
    plan.candidates = candidates;
    plan.steps = study::steps_for(plan, kShare * seconds - before, pace.step, kSecondsOfRun, pace.workers, batch);
    return plan.steps >= least;
  };
  std::vector<std::size_t> numbers{plan.candidates};
  if (!options.candidates) numbers.insert(numbers.end(), {8, 4});
  if (!std::ranges::any_of(numbers, fit)) {
    throw Error(fmt::format("--time {} is too short: {} runs take at least {}", options.time,
                            study::search_cost(plan).runs, format_duration(wall_seconds(least) / kShare)),
                "give more time, or fewer --seeds or --candidates, or a smaller --classifier");
  }
  fmt::print("time           about {} for {} runs, {} at a time\n", format_duration(wall_seconds(plan.steps)),
             study::search_cost(plan).runs, pace.workers);
}

// What was begun in the folder, which the same command goes on with; nothing in an empty one.
std::optional<study::SearchPlan> begun_plan(const fs::path& out) {
  const fs::path file = study::advice_file(out);
  std::error_code code;
  if (!fs::exists(file, code)) {
    if (fs::exists(out, code) && !fs::is_empty(out, code)) {
      for (const auto& entry : fs::directory_iterator(out)) {
        if (entry.path() == study::stage_study_file(out, "search-1")) continue;  // of a start that was stopped
        throw Error(fmt::format("{} holds other files", out.string()), "name another folder with --out");
      }
    }
    return std::nullopt;
  }
  const Json value = read_json(file);
  try {
    if (value.at("format") != kAdviceFormat) {
      throw Error(fmt::format("{} was made by another version of ersatz", file.string()));
    }
    return study::search_plan_from_json(value.at("plan"));
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("{} is damaged: {}", file.string(), problem.what()), "name another folder with --out");
  }
}

void require_same(const study::SearchPlan& begun, const AdviseOptions& options, const study::SearchPlan& asked) {
  study::SearchPlan same = begun;
  same.steps = asked.steps;
  same.points = asked.points;
  same.space.verified = asked.space.verified;
  if (!options.candidates) same.candidates = asked.candidates;
  if (same == asked) return;
  throw Error(fmt::format("{} was begun with other images, another classifier or other numbers of images, candidates "
                          "or seeds",
                          options.out),
              "repeat the first command to go on, or name another folder with --out");
}

void write_advice(const fs::path& out, const study::SearchPlan& plan, const Json& advice) {
  const Json value{{"format", kAdviceFormat}, {"plan", study::to_json(plan)}, {"advice", advice}};
  write_file(study::advice_file(out), value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void print_plan(const study::SearchPlan& plan, std::size_t test_images) {
  const study::SearchSpace& space = plan.space;
  std::vector<std::string> generated;
  for (const auto& [source, images] : space.generated) generated.push_back(format_count(images) + " " + source);
  fmt::print("photographs    {} {}; {} to test on\n", format_count(space.photographs), space.real,
             format_count(test_images));
  fmt::print("generated      {}\n", join_words(generated));
  fmt::print("classifier     {}\n", models::classifier_title(plan.classifier));
  fmt::print("recipes        {} with generated images{}, budgets of {} to {} steps\n", plan.candidates,
             space.photographs > 0 ? ", as many without" : "", format_count(static_cast<std::uint64_t>(plan.steps)),
             format_count(static_cast<std::uint64_t>(study::search_stage(plan, study::kSearches).steps.back())));
}

void print_advice(const StageFolder& folder, const study::SearchPlan& plan, const analysis::Advice& advice) {
  const report::AdviceText text = report::advice_text(plan, advice);
  fmt::print("\n");
  print_wrapped("", text.verdict);
  fmt::print("\n");
  for (const std::string& sentence : text.sentences) print_wrapped("- ", sentence);
  fmt::print("\nWhat this cannot tell:\n");
  for (const std::string& sentence : text.limits) print_wrapped("- ", sentence);
  fmt::print("\nthe recipe     {}\nits model      {}\nwhat was tried {}\nall numbers    {}\n",
             study::stage_study_file(folder.out, "with").string(),
             study::model_file(study::run_folder(study::stage_folder(folder.out, "with"), advice.model)).string(),
             study::searches_file(folder.out).string(), study::advice_file(folder.out).string());
}

void advise(AdviseOptions& options) {
  seconds_from(options.time);
  go_on_in_background();
  const fs::path out = options.out;
  std::vector<data::Survey> surveys;
  for (const std::string& path : options.paths) surveys.push_back(survey_path(path));
  const std::vector<std::string> sources = names_of(surveys);
  study::SearchPlan plan = empty_plan(options, sources);
  const auto begun = begun_plan(out);
  StageFolder& folder = options.folder;
  folder.out = out;
  folder.data = study::starter_data(surveys, out);
  make_folders(out);
  std::size_t test_images = 0;
  {
    const study::Session session = probe(options, plan, sources);
    fill_in(plan, options, session);
    const data::ImageStore* tests = session.data.source(plan.space.real).split(data::Split::test);
    test_images = tests == nullptr ? 0 : tests->size();
    if (test_images == 0) throw Error(fmt::format("{} has no test images", plan.space.real));
    const auto batch = static_cast<std::int64_t>(session.plan.runs.front().method.batching.size);
    if (begun) {
      require_same(*begun, options, plan);
      plan = *begun;
      fmt::print("{} was begun: this goes on with it\n", out.string());
    } else {
      fit_into_time(plan, options, batch);
      write_advice(out, plan, nullptr);
    }
  }
  print_plan(plan, test_images);
  const SearchResult found = search(folder, plan);
  write_file(study::searches_file(out), report::trials_csv(found.searches, found.candidates));
  const analysis::Advice advice = test(folder, plan, found);
  write_advice(out, plan, report::advice_json(plan, advice));
  print_advice(folder, plan, advice);
}

}  // namespace

void add_advise_command(CLI::App& app) {
  const auto options = std::make_shared<AdviseOptions>();
  CLI::App* command = app.add_subcommand("advise", "Search for the best use of generated images, and test it once");
  command
      ->add_option("PATH", options->paths,
                   "Folders or archives: one with all sources, or one for each source (PATH, or NAME=PATH)")
      ->required();
  command->add_option("--real", options->real, "Source of the photographs; default: the one whose name says so");
  command->add_option("--images", options->images,
                      "Photographs to train with, those to choose by among them; 0: none. Default: all");
  command->add_option("--classifier", options->classifier, "What is trained")->capture_default_str();
  command->add_option("--time", options->time, "About how long it may take: 30m, 1h, 1h30m")->capture_default_str();
  command
      ->add_option("--candidates", options->candidates,
                   "Recipes with generated images, and as many without; default: 16, or fewer where time is short")
      ->check(CLI::Range(2, 1000));
  command->add_option("--seeds", options->seeds, "Runs of each recipe in the test at the end")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command->add_option("--out", options->out, "Folder for the searches, the test and the advice")->capture_default_str();
  command
      ->add_option("--jobs,-j", options->folder.jobs,
                   "Runs at a time; default: one per core, as far as memory suffices")
      ->check(CLI::Range(1, 4096));
  StudyOptions& study = options->folder.options;
  command->add_option("--cache", study.cache_path,
                      "Folder for decoded images; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  command->add_option("--size", study.size, "Make all images this size: 64, or 48x64 for 48 rows of 64 pixels");
  command
      ->add_option("--weights", study.weights,
                   "Pretrained weights (Keras .h5 or safetensors), PATH or NETWORK=PATH as in vgg19=x.h5")
      ->allow_extra_args(false);
  command->add_flag("--skip-broken", study.skip_broken, "Leave out images that cannot be decoded instead of stopping");
  command->footer("Example: ersatz advise photos/ generated/ --images 2000 --time 1h");
  command->callback([options] { advise(*options); });
}

}  // namespace ersatz::cli
