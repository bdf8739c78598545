#include "data/import/listing.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::data {
namespace {

constexpr char kHint[] = "images by the million go into files of many images: Parquet, or arrays (docs/data-files.md)";

}  // namespace

Error too_many_files(const std::filesystem::path& container, const ListingLimits& limits) {
  return Error(fmt::format("{} holds more than {} files", container.string(), format_count(limits.files)), kHint);
}

Listing::Listing(std::filesystem::path container, const ListingLimits& limits)
    : container_(std::move(container)), limits_(limits) {}

void Listing::add(std::string path, std::uint64_t size) {
  if (files_.size() >= limits_.files) throw too_many_files(container_, limits_);
  name_bytes_ += path.size();
  if (name_bytes_ > limits_.name_bytes) {
    throw Error(fmt::format("{}: the names of its files are longer than {} together", container_.string(),
                            format_bytes(limits_.name_bytes)),
                kHint);
  }
  path.shrink_to_fit();
  files_.push_back({std::move(path), size});
}

}  // namespace ersatz::data
