#include "cli/data_options.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "cli/import_display.hpp"
#include "data/import/layout.hpp"

namespace ersatz::cli {

void DataOptions::declare(CLI::App& command) {
  command.add_option("PATH", path, "Zip, tar (.gz) or folder with train/SOURCE/... and test/SOURCE/...")->required();
  command.add_option("--as", as, "Take it for one source of this name, as [data.sources] in a study file does");
  command.add_option("--cache", cache, "Folder for decoded images; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  command.add_option("--size", size, "Make all images this size: 64, or 48x64 for 48 rows of 64 pixels");
  command.add_option("--fit", fit, "What becomes of other proportions")
      ->check(CLI::IsMember(data::fit_names()))
      ->capture_default_str()
      ->needs("--size");
  command.add_option("--filter", filter, "How pixels are resampled")
      ->check(CLI::IsMember(data::filter_names()))
      ->capture_default_str()
      ->needs("--size");
  command.add_flag("--skip-broken", skip_broken, "Leave out images that cannot be decoded instead of stopping");
  command.add_flag("--verify", verify, "Read the whole input again, even when it looks unchanged");
}

data::DataSet DataOptions::open() const {
  data::DataLocation location;
  if (as.empty()) {
    location.path = path;
  } else {
    location.sources[as] = path;
  }
  data::ImportOptions options;
  options.cache = cache.empty() ? data::default_cache_folder() : std::filesystem::path(cache);
  options.skip_broken = skip_broken;
  options.verify = verify;
  if (!size.empty()) options.resize = data::Resize{parse_size(size), data::parse_fit(fit), data::parse_filter(filter)};
  try {
    return open_with_progress(location, options);
  } catch (const data::NamesNoSource& error) {
    throw Error(error.what(), "--as NAME shows it as one source; in a study file, " + error.hint());
  }
}

}  // namespace ersatz::cli
