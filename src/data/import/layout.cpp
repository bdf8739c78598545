#include "data/import/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/import/cifar100.hpp"
#include "data/import/cifar_batches.hpp"
#include "data/import/idx_files.hpp"
#include "data/import/image_files.hpp"
#include "data/import/numpy_arrays.hpp"
#include "data/import/parquet_shards.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

/// A format whose files hold many images each.
struct RecordFormat {
  const char* name;
  bool (*is_in)(const Container& container, const Reading& reading);
  Layout (*layout)(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source, const Reading& reading);
  bool also_beside_images = false;  ///< recognised even where most files are images
};

using Source = std::optional<std::string>;
using Path = std::filesystem::path;

const RecordFormat kRecordFormats[] = {
    {"CIFAR-10's binary batches", [](const Container& c, const Reading&) { return holds_cifar_batches(c); },
     [](const Container& c, const Path& p, const Source& s, const Reading&) { return cifar_batches_layout(c, p, s); },
     true},
    {"CIFAR-100's binary files", [](const Container& c, const Reading&) { return holds_cifar100(c); },
     [](const Container& c, const Path& p, const Source& s, const Reading&) { return cifar100_layout(c, p, s); }},
    {"Parquet files", [](const Container& c, const Reading&) { return holds_parquet(c); },
     [](const Container& c, const Path& p, const Source& s, const Reading& r) {
       return parquet_layout(c, p, s, r.columns);
     }},
    {"arrays of NumPy", [](const Container& c, const Reading& r) { return holds_numpy(c, r.columns); },
     [](const Container& c, const Path& p, const Source& s, const Reading& r) {
       return numpy_layout(c, p, s, r.columns);
     }},
    {"IDX files", [](const Container& c, const Reading&) { return holds_idx(c); },
     [](const Container& c, const Path& p, const Source& s, const Reading&) { return idx_layout(c, p, s); }},
};

/// A folder of images stays one when statistics of them (.npz, .parquet) lie beside.
bool mostly_images(const Container& container) {
  const auto& files = container.files();
  const auto is_image = [](const ContainerFile& file) { return !is_hidden(file.path) && has_image_ending(file.path); };
  return 2 * static_cast<std::size_t>(std::count_if(files.begin(), files.end(), is_image)) > files.size();
}

}  // namespace

std::string image_name(const PlannedFile& file, std::size_t i) {
  return file.images == 1 ? file.name : fmt::format("{}/{:05}", file.name, i);
}

std::size_t PlannedSplit::image_count() const {
  std::size_t count = 0;
  for (const PlannedFile& file : files) count += file.images;
  return count;
}

Layout find_layout(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source, const Reading& reading) {
  for (const RecordFormat& format : kRecordFormats) {
    if (!format.is_in(container, reading) || (!format.also_beside_images && mostly_images(container))) continue;
    Layout layout = format.layout(container, path, source, reading);
    const bool split = std::ranges::any_of(layout.splits, [](const auto& one) { return one.split.has_value(); });
    layout.taken_for = fmt::format("{}, {}", format.name, split ? "split by their names" : "without a split");
    return layout;
  }
  return image_files_layout(container, path, source, reading);
}

}  // namespace ersatz::data
