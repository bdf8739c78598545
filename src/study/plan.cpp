#include "study/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "data/cifake_sample.hpp"
#include "data/demo/demo.hpp"
#include "data/duplicates.hpp"
#include "models/classifier.hpp"
#include "study/budgets.hpp"
#include "study/examples.hpp"
#include "study/plan_arm.hpp"
#include "study/plan_ladder.hpp"
#include "study/plan_stages.hpp"
#include "study/resolve.hpp"
#include "study/session.hpp"
#include "study/verified_images.hpp"
#include "study/within_set.hpp"

namespace ersatz::study {
namespace {

std::vector<std::string> source_names(const data::DataSet& data) {
  std::vector<std::string> names;
  for (const data::Source& source : data.sources) names.push_back(source.name);
  return names;
}

void check_source(const Study& study, const data::DataSet& data, const std::string& name, std::string_view where) {
  const std::vector<std::string> names = source_names(data);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw Error(fmt::format("{}: {} names the source {}, which the data do not have", study.file.string(), where, name),
              suggest(name, names, "the data have"));
}

void check_tested(const Study& study, const data::DataSet& data, const std::string& name) {
  std::vector<std::string> names = source_names(data);
  for (const TestSet& set : study.test_sets) names.push_back(set.name);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw Error(fmt::format("{}: study.test_on names {}, which is neither a source nor a [test.{}]", study.file.string(),
                          name, name),
              suggest(name, names, "there are"));
}

// Says in which section of the study file a complaint about images arose.
template <typename Work>
auto within(const Study& study, std::string_view where, Work work) {
  try {
    return work();
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}: {}", study.file.string(), where, problem.what()), problem.hint());
  }
}

// Multiplications of one forward pass: what the time of a training step is nearly proportional to.
double multiplications(const models::Classifier& classifier) {
  const std::vector<nn::Shape> shapes = nn::output_shapes(classifier.network);
  double total = 0;
  nn::Shape input = classifier.network.input;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (const auto* conv = std::get_if<nn::Conv2d>(&classifier.network.layers[i])) {
      total += static_cast<double>(shapes[i].size()) * input.channels * conv->kernel * conv->kernel;
    } else if (std::holds_alternative<nn::Dense>(classifier.network.layers[i])) {
      total += static_cast<double>(shapes[i].size()) * static_cast<double>(input.size());
    }
    input = shapes[i];
  }
  return total;
}

// Left-out images and doubtful labels change what a table means, so its caption says how many.
std::vector<std::string> describe_images(const Study& study, const data::DataSet& data,
                                         const std::vector<std::string>& test_on) {
  std::vector<std::string> notes;
  for (const std::string& name : sources_of_tests(study.test_sets, test_on)) {
    const data::Source& source = data.source(name);
    const DropDuplicates drop = study.asked.drop_duplicates.value_or(DropDuplicates::none);
    const std::size_t kept = within(study, "study.test_on", [&] { return test_indices(source, drop).size(); });
    if (const std::size_t dropped = source.test->size() - kept; dropped > 0) {
      notes.push_back(fmt::format("{} of {} test images of {} are left out: they have {} copy in its training split",
                                  format_count(dropped), format_count(source.test->size()), name,
                                  drop == DropDuplicates::near ? "a near" : "an exact"));
    }
  }
  if (!data.skipped.empty()) {
    notes.push_back(fmt::format("{} broken image file{} left out", format_count(data.skipped.size()),
                                data.skipped.size() == 1 ? " was" : "s were"));
  }
  for (std::string& sentence : data.remarks.sentences()) notes.push_back(std::move(sentence));
  if (std::string warning = data::label_conflicts(data).warning(); !warning.empty())
    notes.push_back(std::move(warning));
  return notes;
}

std::set<std::string> trained_on(const Study& study) {
  std::set<std::string> sources;
  for (const TrainingSet& set : study.training_sets) {
    for (const auto& [name, amount] : set.sources) sources.insert(name);
  }
  return sources;
}

// Generated images that are copies of the photographs which test them make every result look better than it is.
std::vector<std::string> describe_leaks(const Study& study, const data::DataSet& data,
                                        const std::vector<std::string>& test_on) {
  const std::set<std::string> trained = trained_on(study);
  std::vector<std::string> notes;
  for (const data::Parentage& parentage : data.parentages) {
    const bool used = trained.contains(parentage.derived) && std::ranges::count(test_on, parentage.parent) > 0;
    if (std::string warning = parentage.warning(); used && !warning.empty()) notes.push_back(std::move(warning));
  }
  for (const std::string& train : trained) {
    for (const std::string& test : test_on) {
      if (train == test) continue;
      const std::size_t copies = data::test_images_in_training_of(data.source(train), data.source(test));
      if (copies == 0) continue;
      notes.push_back(
          fmt::format("LEAK: {} of {} test images of {} are also training images of {}, pixel by pixel; what "
                      "is trained on {} has seen them, and its accuracy on {} is too high",
                      format_count(copies), format_count(data.source(test).test->size()), test, train, train, test));
    }
  }
  return notes;
}

// What has seen one source alone has nothing to tell it from.
void require_two_sources(const Study& study, const data::DataSet& data, const TrainingSet& set,
                         std::vector<std::string>& notes) {
  if (set.sources.size() < 2) {
    throw Error(
        fmt::format("{}: train.{}.sources: it holds images of {} alone, and a study that tells sources apart "
                    "(label = \"source\") needs those of two",
                    study.file.string(), set.name, set.sources.front().first));
  }
  std::vector<std::string> unseen = source_names(data);
  std::erase_if(unseen, [&](const std::string& name) {
    return std::ranges::any_of(set.sources, [&](const auto& part) { return part.first == name; });
  });
  if (unseen.empty()) return;
  notes.push_back(fmt::format("the training set {} has no images of {}, which classifiers trained on it cannot know",
                              set.name, join_words(unseen)));
}

RealSource choose_real(const Study& study, const data::DataSet& data, const std::vector<std::string>& test_on) {
  if (study.label_source) return {"", RealSource::Why::given};
  // Of a test set the sources that it is made of.
  const std::vector<std::string> tested = sources_of_tests(study.test_sets, test_on);
  if (study.real) {
    const std::string where = fmt::format("{}:{}: study.real", study.file.string(), study.real->line);
    const std::vector<std::string> names = source_names(data);
    if (std::ranges::find(names, study.real->name) == names.end()) {
      throw Error(fmt::format("{} names the source {}, which the data do not have", where, study.real->name),
                  suggest(study.real->name, names, "the data have"));
    }
    if (std::ranges::find(tested, study.real->name) == tested.end()) {
      throw Error(fmt::format("{} names the source {}, which no run is tested on", where, study.real->name),
                  fmt::format("runs are tested on {}: add it to test_on", join_words(test_on)));
    }
    return real_source(study.real->name, tested, {});
  }
  std::vector<std::string> unchanged = test_on;
  std::erase_if(unchanged, [&](const std::string& name) { return data.test_set(name) != nullptr; });
  return real_source(std::nullopt, unchanged.empty() ? tested : unchanged, trained_on(study));
}

// A key that does not count must not look as if it did.
void remark_on(Plan& plan, const models::Classifier& classifier, const Resolution& resolution, std::string_view where) {
  if (resolution.ignored.empty()) return;
  const bool one = resolution.ignored.size() == 1;
  std::string remark =
      fmt::format("{} brings its own way of training ({}): {} of {} {} not count for it", classifier.title,
                  resolution.version, join_words(resolution.ignored), where, one ? "does" : "do");
  if (std::ranges::count(plan.remarks, remark) == 0) plan.remarks.push_back(std::move(remark));
}

// What all training sets have of their own is the study's.
void add_own_settings(Plan& plan, std::vector<OwnSettings> arms) {
  const bool all =
      std::ranges::all_of(arms, [&](const OwnSettings& arm) { return arm.settings == arms.front().settings; });
  std::erase_if(arms, [&](const OwnSettings& arm) { return all || arm.settings == TrainingSettings{}; });
  std::ranges::move(arms, std::back_inserter(plan.own_settings));
}

void refuse_augmentation(const Study& study, const models::Classifier& classifier) {
  for (const TrainingSet& set : study.training_sets) {
    const bool changes = std::ranges::any_of(
        set.use.phases, [](const Phase& phase) { return phase.augment && !phase.augment->empty(); });
    if (!changes && (!set.augment || set.augment->empty())) continue;
    throw Error(
        fmt::format("{}: train.{}.augment: {} cannot be trained on augmented images: its frozen layers see every "
                    "image once, before training",
                    study.file.string(), set.name, classifier.title),
        "train classifiers without a pretrained network on it, in a study of their own");
  }
}

std::optional<WeightsFile> weights_for(const Study& study, const std::string& classifier,
                                       const std::filesystem::path& cache) {
  const auto given = study.weights.find(network_of(classifier));
  return within(study, "weights", [&] {
    return find_weights(classifier, given == study.weights.end() ? std::nullopt : std::optional(given->second), cache);
  });
}

}  // namespace

Plan make_plan(const Study& study, const data::DataSet& data, const std::filesystem::path& cache) {
  if (data.classes.size() < 2) {
    throw Error(fmt::format("the data have a single class, {}: nothing can be told apart", data.classes.front()),
                "is a folder level missing? ersatz data info shows what the data are taken for");
  }
  Plan plan;
  plan.test_on = study.test_on;
  if (plan.test_on.empty()) {
    for (const data::Source& source : data.sources) {
      if (source.test != nullptr) plan.test_on.push_back(source.name);
    }
    for (const data::Source& set : data.test_sets) plan.test_on.push_back(set.name);
    if (plan.test_on.empty()) {
      throw Error("the data have no test images in any source",
                  "set some aside: write test = 0.2 under [data] in the study file");
    }
  }
  for (const std::string& name : plan.test_on) check_tested(study, data, name);
  plan.real = choose_real(study, data, plan.test_on);
  for (const std::string& name : study.asked.validate_on.value_or(std::vector<std::string>())) {
    check_source(study, data, name, "training.validate_on");
  }
  std::vector<ExampleCounts> counts;
  for (const TrainingSet& set : study.training_sets) {
    const std::string where = fmt::format("train.{}.sources", set.name);
    for (const auto& [name, amount] : set.sources) check_source(study, data, name, where);
    const TrainingSettings settings = with_defaults(settings_for(study.asked, set, plan.real.name));
    counts.push_back(within(study, where, [&] { return count_examples(data, set, settings); }));
    if (study.label_source) require_two_sources(study, data, set, plan.notes);
    within_set(study, set, [&] { check_verifiers(set, counts.back(), data, plan.real.name); });
  }
  plan.notes.insert(plan.notes.begin(), data.notes.begin(), data.notes.end());
  if (study.label_source) {
    plan.notes.push_back(fmt::format("classifiers tell which source an image is from: {}", join_words(data.classes)));
  }
  for (std::string& note : describe_images(study, data, plan.test_on)) plan.notes.push_back(std::move(note));
  if (data.fingerprint == data::kCifakeSampleFingerprint) plan.warnings.emplace_back(data::kCifakeSampleWarning);
  for (std::string& sentence : describe_test_sets(study.test_sets, plan.test_on, data)) {
    plan.notes.push_back(std::move(sentence));
  }
  // An image in two sources has two labels where these are the sources, which describe_images() says.
  const std::vector<std::string> tested =
      study.label_source ? std::vector<std::string>() : sources_of_tests(study.test_sets, plan.test_on);
  for (std::string& leak : describe_leaks(study, data, tested)) plan.warnings.push_back(std::move(leak));
  if (const std::string note = guess_note(plan.real); !note.empty()) plan.notes.push_back(note);
  std::vector<StagedArm> arms;
  for (const std::string& name : study.classifiers) {
    const models::Classifier classifier =
        models::make_classifier(name, data.shape, static_cast<int>(data.classes.size()));
    std::optional<WeightsFile> weights;
    if (classifier.backbone) {
      weights = weights_for(study, name, cache);
      if (!weights) {
        plan.notes.push_back(fmt::format("{} was not run: no weights; {}", classifier.title, how_to_get_weights(name)));
        continue;
      }
    }
    if (classifier.backbone) refuse_augmentation(study, classifier);
    const double work = multiplications(classifier);
    std::vector<OwnSettings> own_settings;
    for (std::size_t s = 0; s < study.training_sets.size(); ++s) {
      const TrainingSet& set = study.training_sets[s];
      const Resolution usual = resolve(study.asked, classifier, set, counts[s].training);
      const Resolution own = resolve(with_own(study.asked, set.own), classifier, set, counts[s].training);
      remark_on(plan, classifier, usual, "[training]");
      remark_on(plan, classifier, resolve(set.own, classifier, set, counts[s].training), "training sets");
      own_settings.push_back({name, set.name, that_differ(set.own, own.used, usual.used)});
      arms.push_back(add_runs(
          {study, data, plan.test_on, plan.real.name, name, classifier, weights, set, counts[s], work, arms.size()},
          plan.runs));
    }
    add_own_settings(plan, std::move(own_settings));
  }
  if (plan.runs.empty()) {
    throw Error(fmt::format("{}: no classifier can be run: there are no weights", study.file.string()),
                how_to_get_weights(study.classifiers.front()));
  }
  if (has_stages(study)) {
    make_stages(plan, Stages{trials_of(study), study.until, std::move(arms)}, study.budgets.ladder);
  } else if (study.budgets.ladder) {
    make_ladder(plan, *study.budgets.ladder, study.seeds.size());
  }
  return plan;
}

std::vector<std::size_t> longest_first(const Plan& plan) {
  std::vector<std::size_t> order(plan.runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return plan.runs[a].cost > plan.runs[b].cost; });
  return order;
}

StudyRecord study_record(const Session& session) {
  const Study& study = session.study;
  const Plan& plan = session.plan;
  const data::DataSet& data = session.data;
  StudyRecord record{study.name, data.fingerprint, data.classes, source_names(data), false,
                     {},         plan.notes,       plan.test_on, plan.warnings};
  // What the default says, old folders say without a word.
  const bool has_real = !study.label_source;
  if (has_real && (study.real || plan.real.guessed() || !study.test_sets.empty())) record.real = plan.real.name;
  if (study.data.path) record.demo_data = data::is_demo_data(*study.data.path);
  for (const auto& [name, path] : study.data.sources) record.demo_data = record.demo_data || data::is_demo_data(path);
  for (const PlannedRun& run : plan.runs) (run.trial ? record.trials : record.runs).push_back(run.id);
  record.ladder = plan.ladder;
  record.stages = plan.stages;
  record.own_settings = plan.own_settings;
  record.label_source = study.label_source;
  for (const TestSet& set : study.test_sets) {
    if (std::ranges::find(plan.test_on, set.name) == plan.test_on.end()) continue;
    record.test_sets.push_back({set, data.test_set(set.name)->test->fingerprint()});
  }
  return record;
}

}  // namespace ersatz::study
