#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/data_options.hpp"
#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "data/derive/derive.hpp"
#include "data/derive/derived_folder.hpp"

#ifndef ERSATZ_VERSION
#error "the build defines ERSATZ_VERSION"
#endif

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostDerived = 10'000'000;

struct DeriveCommand : DataOptions {
  std::string from, with, kind, out;
  std::optional<std::size_t> images;
  std::uint64_t seed = 1;
  std::vector<std::string> without;
};

/// What is written into a source's folder would be read as part of it the next time.
void refuse_inside(const fs::path& out, const data::DataLocation& location) {
  std::vector<fs::path> sources;
  if (location.path) sources.push_back(*location.path);
  for (const auto& [name, path] : location.sources) sources.push_back(path);
  const fs::path place = fs::weakly_canonical(data::plain_path(out));
  for (const fs::path& source : sources) {
    std::error_code code;
    if (!fs::is_directory(source, code)) continue;
    const fs::path folder = fs::weakly_canonical(data::plain_path(source));
    const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
    if (end != folder.end()) continue;
    throw Error(fmt::format("{} lies in {}, and would be read as a part of it", out.string(), source.string()),
                "choose a folder beside it with -o");
  }
}

/// "photos", or "\"my photos\"" where TOML needs it.
std::string toml_key(const std::string& name) {
  const bool bare = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? name : fmt::format("\"{}\"", name);
}

data::DeriveOptions wanted(const DeriveCommand& options) {
  data::DeriveOptions derive;
  derive.kind = data::parse_derived_kind(options.kind);
  derive.from = options.from;
  derive.with = options.with;
  derive.images = options.images;
  derive.seed = options.seed;
  derive.without.assign(options.without.begin(), options.without.end());
  derive.folder = options.out;
  derive.version = ERSATZ_VERSION;
  return derive;
}

void derive(const DeriveCommand& options) {
  data::DeriveOptions asked = wanted(options);
  data::check_derive(asked);
  refuse_inside(options.out, options.location());
  const data::DataSet set = options.open();
  std::optional<ProgressLine> line;
  line.emplace(stderr);
  asked.on_progress = [&](const std::string& what, std::optional<double> share) {
    line->show(share ? fmt::format("{}: {:.0f} %", what, 100 * *share) : what, share);
  };
  const data::DerivedSource made = data::derive(set, asked);
  line.reset();
  const std::string sources =
      options.with.empty() ? options.from : fmt::format("{} and {}", options.from, options.with);
  fmt::print("{} {}: {} of {} {}, {} of {}; in a study file: [data.sources] {} = \"{}\"\n",
             made.was_there ? "already there:" : "wrote", options.out, plural(made.images, "image"), made.classes,
             made.classes == 1 ? "class" : "classes", asked.kind.text(), sources,
             toml_key(data::plain_path(options.out).filename().string()), options.out);
  if (options.images && made.images != *options.images) {
    fmt::print("{} were asked for; that is the same number of each class\n", format_count(*options.images));
  }
}

}  // namespace

void add_data_derive_command(CLI::App& data) {
  const auto options = std::make_shared<DeriveCommand>();
  CLI::App* command = data.add_subcommand(
      "derive",
      "Make a new source of known quality from the training images of another: blurred, few, mislabelled ...");
  options->declare(*command);
  command->add_option("--from", options->from, "Source that the images are taken from")->required();
  command
      ->add_option("--kind", options->kind,
                   fmt::format("How the new source differs: {}", join_words(data::derived_kind_names(), " or ")))
      ->required();
  command
      ->add_option("--images", options->images,
                   "How many images in all, the same number of each class; default: all that there are")
      ->check(CLI::Range(std::size_t{1}, kMostDerived));
  command->add_option("--with", options->with, "Second source, for mixed:SHARE");
  command
      ->add_option("--without", options->without,
                   "Leave out the images that this derived folder was made from (may be given more than once)")
      ->allow_extra_args(false);
  command->add_option("--seed", options->seed, "Which images: another seed takes others")->capture_default_str();
  command->add_option("-o,--out", options->out, "Folder to write; it must not be there yet")->required();
  command->footer("Example: ersatz data derive cifake.zip --from REAL --kind jpeg:20 --images 20000 -o jpeg20");
  command->callback([options] { derive(*options); });
}

}  // namespace ersatz::cli
