#include "cli/page_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/first_seed.hpp"
#include "analysis/looks.hpp"
#include "base/error.hpp"
#include "base/stop.hpp"
#include "cli/read_table.hpp"
#include "data/pixel_transform.hpp"
#include "models/classifier.hpp"
#include "report/heat_overlay.hpp"
#include "report/looking_maps.hpp"
#include "report/thumbnails.hpp"
#include "study/examples.hpp"
#include "study/output_layout.hpp"
#include "study/trained_model.hpp"
#include "train/grad_cam.hpp"

namespace ersatz::cli {

std::vector<std::uint32_t> tested_images(const std::filesystem::path& out, const analysis::ResultTable& table,
                                         const study::Study& study, const data::Source& source) {
  for (const study::KnownTestSet& known : table.study.test_sets) {
    if (known.set.name != source.name || known.fingerprint == source.test->fingerprint()) continue;
    throw Error(fmt::format("{} was tested on other images of test.{} than {} asks for now", out.string(), source.name,
                            study.file.string()),
                "run the study again");
  }
  auto indices = study::test_indices(source, study.asked.drop_duplicates.value_or(study::DropDuplicates::none));
  const auto listed = study::read_test_images(out, source.name, table.study.classes);
  if (!std::ranges::equal(study::test_images(source, indices), listed, {}, &study::TestImage::file,
                          &study::TestImage::file)) {
    throw Error(fmt::format("{} has other test images of {} than {} asks for now", out.string(), source.name,
                            study.file.string()),
                "drop_duplicates of the study was changed: set it back, or run the study again");
  }
  return indices;
}

namespace {

constexpr std::size_t kMostLookers = 3, kMostMappedClasses = 40;

bool has_convolution(const std::string& name, const data::DataSet& data) {
  const auto classifier = models::make_classifier(name, data.shape, static_cast<int>(data.classes.size()));
  return classifier.backbone || std::ranges::any_of(classifier.network.layers, [](const nn::LayerSpec& layer) {
           return std::holds_alternative<nn::Conv2d>(layer);
         });
}

/// What a run looks at in images of the study's size.
class Looker {
 public:
  /// Throws Error when the run's model is not there, or is of other images or classes than `data`.
  Looker(const std::filesystem::path& run, const study::ModelSources& sources, const data::DataSet& data)
      : model_(study::read_trained_model(run, sources)), grad_cam_(model_.whole) {
    if (model_.resize.size != data.shape || model_.classes != data.classes) {
      throw Error("its model is of other images or classes than the study");
    }
  }

  /// The image with the map of what speaks for `called` laid over it, and whether nothing does.
  std::pair<std::vector<std::uint8_t>, bool> look(std::span<const std::uint8_t> image, std::int32_t called) {
    std::vector<float> values(model_.whole.network.input.size());
    data::transform_pixels(model_.whole.transform, model_.resize.size, image.data(), values.data());
    const auto map = grad_cam_.explain(values, called);
    return {report::heat_overlay(image, map.values), map.flat};
  }

 private:
  study::TrainedModel model_;
  train::GradCam grad_cam_;
};

/// A map that is to be drawn.
struct WantedMap {
  Looker* looker;
  std::span<const std::uint8_t> image;
  std::int32_t called;
};

// Where the first classifier that can say it looks, trained on real images and on others.
void write_maps(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                const data::DataSet& data, const std::filesystem::path& cache) {
  const auto cells = analysis::cells_to_explain(
      table, kMostLookers, [&](const std::string& classifier) { return has_convolution(classifier, data); });
  if (cells.empty()) return;
  report::LookingMaps looking;
  looking.source = cells.front()->test_on;
  const data::Source& source = data.source(looking.source);
  const auto tested = tested_images(out, table, study, source);
  std::vector<std::unique_ptr<Looker>> lookers;
  std::vector<WantedMap> wanted;
  for (const analysis::Cell* cell : cells) {
    const analysis::FirstSeed seed = analysis::first_seed(table, *cell);
    const std::string& run = seed.result->run_id;
    if (!std::filesystem::exists(study::model_file(study::run_folder(out, run)))) continue;  // it was packed
    try {
      lookers.push_back(std::make_unique<Looker>(study::run_folder(out, run),
                                                 study::ModelSources{study.weights, cache, data.shape}, data));
    } catch (const Error& problem) {  // the page is whole without
      warn({fmt::format("the page does not show where {} looks: {}", run, problem.what())});
      continue;
    }
    for (const analysis::Look& look :
         analysis::surest_looks(seed, table.truth.at(looking.source), data.classes.size())) {
      if (static_cast<std::size_t>(look.truth) >= kMostMappedClasses) break;
      wanted.push_back(
          {lookers.back().get(), source.test->image(tested.at(look.image)), seed.result->predicted[look.image]});
      looking.maps.push_back({run, look.image, false});
    }
  }
  if (wanted.empty()) return;
  std::vector<std::uint32_t> places(2 * wanted.size());
  std::iota(places.begin(), places.end(), 0);
  std::vector<std::uint8_t> overlay;
  looking.pictures = report::make_thumbnails(places, data.shape, [&](std::uint32_t i) -> std::span<const std::uint8_t> {
    if (stop_requested()) throw Stopped();
    const WantedMap& map = wanted[i / 2];
    if (i % 2 == 0) return map.image;
    std::tie(overlay, looking.maps[i / 2].flat) = map.looker->look(map.image, map.called);
    return overlay;
  });
  report::write_looking_maps(out, looking);
}

}  // namespace

void write_page_images(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                       const data::DataSet& data, const std::filesystem::path& cache) {
  write_maps(out, table, study, data, cache);
  for (const auto& [name, labels] : table.truth) {
    const data::Source& source = data.source(name);
    const auto tested = tested_images(out, table, study, source);
    const auto images = analysis::images_to_show(table, name, report::most_thumbnails(data.shape));
    const auto pixels = [&](std::uint32_t image) { return source.test->image(tested.at(image)); };
    report::write_thumbnails(out, name, report::make_thumbnails(images, data.shape, pixels));
  }
}

}  // namespace ersatz::cli
