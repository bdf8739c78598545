#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/copies_display.hpp"
#include "cli/feature_options.hpp"
#include "cli/one_of.hpp"
#include "cli/terminal.hpp"
#include "quality/quality.hpp"
#include "report/quality_text.hpp"

namespace ersatz::cli {
namespace {

struct MetricsCommand : FeatureOptions {
  std::string real, against, by, format = "text";
  std::size_t images = 10000;
};

void print_samples(const quality::Quality& quality) {
  print_wrapped("",
                fmt::format("Features: {} ({} numbers an image). {} training images of each source beside as many "
                            "of {}; value ± standard error over the choice of images",
                            quality.features, format_count(quality.width), format_count(quality.images), quality.real));
  if (!quality.smallest.empty()) {
    print_wrapped("", fmt::format("No more than {}, as many as {} has: nearly all metrics depend on the number.",
                                  format_count(quality.images), quality.smallest));
  }
  if (!quality.small_sources.empty()) {
    print_wrapped("", fmt::format("Not compared, with fewer than {} training images: {}.", quality::kFewestImages,
                                  join_words(quality.small_sources)));
  }
  if (quality.sources.empty() || !quality.sources.front().photographs) {
    print_wrapped("", fmt::format("{} has too few other images to show what {} photographs would have{}.", quality.real,
                                  format_count(quality.images),
                                  quality.most_with_more < quality::kFewestImages
                                      ? ""
                                      : fmt::format("; with --images {} it does", quality.most_with_more)));
  }
}

void print_copies_found(const quality::Quality& quality) {
  if (quality.copies.empty()) {
    if (quality.copy_images == 0) {
      print_wrapped("", fmt::format("Copies: {} has no training and test images to compare with ({} of each at least).",
                                    quality.against, quality::kFewestImages));
    }
    return;
  }
  print_wrapped("", fmt::format("Copies: distances to the nearest of {} training and of {} test images of {}. Half of "
                                "the images are nearer to training images where a generator knows none of them",
                                format_count(quality.copy_images), format_count(quality.copy_images), quality.against));
  print_indented(report::quality_copies(quality));
  for (const quality::Copies& copies : quality.copies) {
    fmt::print("\n");
    print_indented(report::nearest_pairs(copies));
  }
}

void print_text(const quality::Quality& quality) {
  print_samples(quality);
  print_indented(report::quality_table(quality));
  for (const quality::SourceQuality& source : quality.sources) {
    if (source.per_class.empty()) continue;
    fmt::print("\n");
    print_wrapped("", fmt::format("{}{}, class by class beside as many photographs of the class", source.source,
                                  source.photographs ? ", other images" : ""));
    print_indented(report::quality_of_classes(source));
  }
  fmt::print("\n");
  print_copies_found(quality);
  const std::vector<std::string> sentences = report::quality_sentences(quality);
  if (!sentences.empty()) fmt::print("\n");
  for (const std::string& sentence : sentences) print_wrapped("", sentence);
}

void run(const MetricsCommand& options) {
  const data::DataSet set = options.open();
  quality::QualityOptions asked;
  asked.real = options.real_source(set, options.real);
  asked.images = options.images;
  asked.per_class = options.by == "class";
  asked.against = options.against;
  if (!asked.against.empty()) set.source(asked.against);  // throws when there is none of that name
  std::optional<ProgressLine> line;
  line.emplace(stderr);
  asked.on_stage = [&](const std::string& what) { line->show(what); };
  const quality::Quality quality = quality::measure(set, options.space(set.shape, *line), asked);
  line.reset();
  if (options.format == "json") {
    fmt::print("{}\n", report::quality_json(quality).dump(1));
  } else {
    print_text(quality);
  }
}

}  // namespace

void add_metrics_command(CLI::App& app) {
  const auto options = std::make_shared<MetricsCommand>();
  CLI::App* command = app.add_subcommand(
      "metrics", "How good and how varied generated images are beside photographs, and whether they are copies");
  options->declare(*command);
  command->add_option("--real", options->real,
                      "Source of the photographs; default: real of the study, or what names say");
  command->add_option("--images", options->images, "At most so many images of each source are compared")
      ->check(CLI::Range(std::size_t{50}, std::size_t{100000}))
      ->capture_default_str();
  command->add_option("--by", options->by, "class: each class by itself, too")->check(one_of("--by", {"class"}));
  command->add_option("--against", options->against,
                      "Source whose training images may have been copied; default: the photographs");
  command->add_option("--format", options->format, "text, or json for programs")
      ->check(one_of("--format", {"text", "json"}))
      ->capture_default_str();
  command->footer("Example: ersatz metrics cifake.zip --features out/cifake/runs/RUN");
  command->callback([options] { run(*options); });
}

}  // namespace ersatz::cli
