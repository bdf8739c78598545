#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/codec/resize.hpp"
#include "data/parquet/image_columns.hpp"

namespace ersatz::data {

/// An image file that was left out of the import, and why.
struct SkippedFile {
  std::string path, reason;
  std::string hint{};  ///< what could be done about it, where that is known
};

/// Files that are no images of the data set: how many for one reason, and one of them.
struct IgnoredFiles {
  std::string reason, example;
  std::size_t count = 0;
};

/// What was done to how many images, which their user may want to know.
struct RemarkCounts {
  std::size_t turned = 0, over_white = 0, cmyk = 0, animated = 0;  ///< as in Remarks

  void add(const Remarks& remarks);
  void add(const RemarkCounts& others);
  /// "12 images were turned as their EXIF orientation says": a sentence for each that is not zero.
  std::vector<std::string> sentences() const;
};

struct ImportProgress {
  std::string path;                  ///< the archive or folder being read
  std::size_t done = 0;              ///< images decoded so far
  std::optional<std::size_t> total;  ///< where it is known beforehand
};

/// A value for every source, or one for each that is named.
template <typename Value>
struct BySource {
  std::optional<Value> all;
  std::map<std::string, Value> named;

  bool empty() const { return !all && named.empty(); }
  /// That of `source`, or null.
  const Value* find(const std::string& source) const {
    const auto own = named.find(source);
    if (own != named.end()) return &own->second;
    return all ? &*all : nullptr;
  }
  /// Without a source that for every one.
  const Value* find(const std::optional<std::string>& source) const {
    if (source) return find(*source);
    return all ? &*all : nullptr;
  }
};

/// What image files do not say themselves, and how they are read because of it.
struct Reading {
  std::optional<std::string> labels;  ///< a CSV with their classes: a file, or its name in the container
  ImageColumns columns;               ///< of tables and arrays, where they have unusual names
  BySource<std::string> group;        ///< a column of such a table, or a regular expression for names
};

struct ImportOptions {
  std::filesystem::path cache;   ///< folder for the packed stores
  bool skip_broken = false;      ///< leave out images that do not decode instead of failing
  std::optional<Resize> resize;  ///< makes all images one size; without it they must have one
  Reading reading;
  bool verify = false;   ///< hash the input again even when its size and time are unchanged
  unsigned threads = 0;  ///< decoding threads; 0 = one per core
  /// Called with a path and what it was recognised as, before its images are decoded.
  std::function<void(const std::string& path, const std::string& taken_for)> on_layout;
  std::function<void(const ImportProgress&)> on_progress;  ///< called now and then from one thread at a time
};

}  // namespace ersatz::data
