#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/model_options.hpp"
#include "cli/output_path.hpp"
#include "onnx/onnx_file.hpp"
#include "study/output_layout.hpp"
#include "study/trained_model.hpp"

namespace ersatz::cli {
namespace {

struct ExportOptions : ModelOptions {
  std::string model, onnx;
};

void export_model(const ExportOptions& options) {
  if (!study::holds_models(options.model)) {
    throw Error(fmt::format("{} holds no model", options.model),
                "name a run (out/mine/runs/...) or its model.safetensors");
  }
  check_output(options.onnx, "", {options.model, study::model_file(options.model)});
  const auto models = options.read({options.model});
  if (models.size() > 1) {
    throw Error(fmt::format("{} holds {} models", options.model, models.size()),
                fmt::format("name one: {}", study::run_folder(options.model, models[0].name).string()));
  }
  const study::TrainedModel& model = models.front();
  const std::string bytes = onnx::to_onnx(
      model.whole, model.title, ERSATZ_VERSION,
      {{"classes", Json(model.classes).dump()},
       {"model", model.name},
       {"resize", fmt::format("{}, {}", data::fit_name(model.resize.fit), data::filter_name(model.resize.filter))}});
  write_file(options.onnx, bytes);
  const auto& size = model.resize.size;
  fmt::print(
      "wrote {}: {}, {}\n  in:  {}, uint8 [N, {}, {}, 3], red first, 0..255\n  out: {} and {}, float32 [N, {}]: {}\n",
      options.onnx, model.title, format_bytes(bytes.size()), onnx::kPixels, size.height, size.width,
      onnx::kProbabilities, onnx::kLogits, model.classes.size(), join_first_words(model.classes, 12));
}

}  // namespace

void add_export_command(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "Write a trained classifier as an ONNX file, for other programs");
  command->add_option("MODEL", options->model, "Folder of a run, or its model.safetensors")->required();
  command->add_option("--onnx", options->onnx, "The file to write")->required();
  options->declare(*command);
  command->footer("Example: ersatz export out/mine/runs/lenet-photos-s1-3f2a91c0 --onnx lenet.onnx");
  command->callback([options] { export_model(*options); });
}

}  // namespace ersatz::cli
