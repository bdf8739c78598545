#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/import/layout.hpp"

namespace ersatz::data {

// Which split a folder or a file of many images belongs to, from its name.

enum class NamedSplit { train, test, validation };

/// The split that a path names: the word train, test, or validation, valid, val, dev in the file's name, else in the
/// folder nearest to it. "data/train-00000-of-00002.parquet" -> train.
std::optional<NamedSplit> named_split(std::string_view path);

/// The split that a folder of images is called after: one of these words, alone or beside words that say nothing
/// ("training_set", "test images", "seg_train"). Nothing for other names: "train_2017", "test-multiple", "train_test".
std::optional<NamedSplit> folder_split(std::string_view folder);

/// A file with images, and how many.
struct Shard {
  std::size_t file = 0;  ///< index in the container
  std::string path;
  std::optional<NamedSplit> split;
  std::size_t images = 0;
  std::string member = {};  ///< which of the arrays in the file, where it holds several
};

/// Takes out what is neither for training nor for testing, and counts it in `ignored`. Validation shards are for
/// testing where there are no test shards. Where no shard names a split, none has one.
std::vector<Shard> choose_shards(const std::vector<Shard>& all, std::vector<IgnoredFiles>& ignored);

/// The shards that choose_shards() left, as splits of `source`; those without images are left out.
std::vector<PlannedSplit> plan_shards(const std::vector<Shard>& shards, const std::string& source);

/// Whether `path` ends with `ending`, in upper or lower case.
bool has_ending(std::string_view path, std::string_view ending);

/// The error for a container that names no source: `what` it holds ("Parquet files").
[[noreturn]] void throw_no_source(const std::filesystem::path& path, const std::string& what);

}  // namespace ersatz::data
