#include "cli/data_options.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "cli/import_display.hpp"
#include "cli/one_of.hpp"
#include "data/import/layout.hpp"
#include "study/starter.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {

namespace {

data::TestAmount parse_test(const std::string& text) {
  using Kind = data::TestAmount::Kind;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = text.find_first_not_of("0123456789") == std::string::npos;
  constexpr double kMost = 1e9;  // as in a study file
  if (text.empty() || *end != '\0' || !(value > 0 && value <= kMost) || (!whole && value >= 1)) {
    throw Error(fmt::format("--test {} is neither a share nor a number of images", text),
                "write --test 0.2, or --test 500 for 500 of each class");
  }
  return {whole ? Kind::per_class : Kind::fraction, value};
}

bool is_study_file(const std::filesystem::path& path) {
  std::error_code code;
  return path.extension() == ".toml" && std::filesystem::is_regular_file(path, code);
}

}  // namespace

void DataOptions::declare(CLI::App& command) {
  command
      .add_option("PATH", path,
                  "Zip, tar (.gz) or folder of images (docs/data.md has all layouts), or a study file for the images "
                  "that it names")
      ->required();
  command.add_option("--as", as, "Take it for one source of this name, as [data.sources] in a study file does");
  command.add_option("--test", test,
                     "Set aside for testing where there is no split: a share, or a number of each class");
  command.add_option("--group", group, "What stays together then: a column, or a regular expression for names");
  command.add_option("--labels", labels, "CSV with the columns file_name and label");
  command.add_option("--cache", cache, "Folder for decoded images; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  command.add_option("--size", size, "Make all images this size: 64, or 48x64 for 48 rows of 64 pixels");
  command.add_option("--fit", fit, "What becomes of other proportions")
      ->check(one_of("--fit", data::fit_names()))
      ->capture_default_str()
      ->needs("--size");
  command.add_option("--filter", filter, "How pixels are resampled")
      ->check(one_of("--filter", data::filter_names()))
      ->capture_default_str()
      ->needs("--size");
  command.add_flag("--skip-broken", skip_broken, "Leave out images that cannot be decoded instead of stopping");
  command.add_flag("--verify", verify, "Read the whole input again, even when it looks unchanged");
}

data::DataLocation DataOptions::location(data::ImportOptions& options) const {
  data::DataLocation location;
  if (is_study_file(path)) {
    const study::Study study = study::read_study(path);
    if (!as.empty()) throw Error("--as: a study file names its sources itself");
    if (!study.data.path && study.data.sources.empty()) {
      throw Error(fmt::format("{} does not say where its data are", path), "give the path of the images instead");
    }
    location = study.data;
    options.resize = study.resize;
  } else if (as.empty()) {
    location.path = path;
  } else {
    location.sources[as] = path;
  }
  if (!test.empty()) location.test = {parse_test(test), {}};
  if (!group.empty()) location.group = {group, {}};
  if (!labels.empty()) location.labels = {labels, {}};
  return location;
}

std::string DataOptions::real_source(const data::DataSet& set, const std::string& given) const {
  if (!given.empty()) return given;
  if (is_study_file(path)) {
    if (const auto real = study::read_study(path).real) return real->name;
  }
  std::vector<std::string> sources;
  for (const data::Source& source : set.sources) sources.push_back(source.name);
  const std::string real = study::likely_real(sources);
  if (real != "REAL" && sources.size() > 1) {
    fmt::print(stderr,
               "note: {} is taken for the photographs, by the names of the sources (--real names another one)\n", real);
  }
  return real;
}

data::DataLocation DataOptions::location() const {
  data::ImportOptions options;
  return location(options);
}

data::DataSet DataOptions::open(const std::function<void(const std::string&, const std::string&)>& on_layout) const {
  data::ImportOptions options;
  options.cache = cache.empty() ? data::default_cache_folder() : std::filesystem::path(cache);
  options.skip_broken = skip_broken;
  options.verify = verify;
  options.on_layout = on_layout;
  const data::DataLocation wanted = location(options);
  if (!size.empty()) options.resize = data::Resize{parse_size(size), data::parse_fit(fit), data::parse_filter(filter)};
  try {
    return open_with_progress(wanted, options);
  } catch (const data::NamesNoSource& error) {
    throw Error(error.what(), "--as NAME shows it as one source; in a study file, " + error.hint());
  }
}

}  // namespace ersatz::cli
