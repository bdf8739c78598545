#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_png.hpp"
#include "data/derive/derive.hpp"
#include "data/derive/derived_manifest.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::testing {

using Pixels = std::vector<std::uint8_t>;

inline constexpr data::ImageShape kDeriveShape{8, 8};

/// REAL and FAKE with the classes bird, cat and dog: of each 20 training images and 4 test images, all different.
class DeriveTest : public ::testing::Test {
 protected:
  DeriveTest() {
    Files files;
    int number = 0;
    for (const std::string split : {"train", "test"}) {
      for (const std::string source : {"REAL", "FAKE"}) {
        for (const std::string name : {"bird", "cat", "dog"}) {
          for (int i = 0; i < (split == "train" ? 20 : 4); ++i) {
            files.emplace_back(fmt::format("{}/{}/{}/{:03}.png", split, source, name, i),
                               png_image(++number, kDeriveShape));
          }
        }
      }
    }
    open(files);
  }

  /// Takes other images.
  void open(const Files& files) {
    const std::filesystem::path folder = scratch_ / fmt::format("in{}", ++opened_);
    set_ = open_path(write_tree(folder, files), scratch_ / "cache");
  }

  data::DeriveOptions asked(const std::string& kind, const std::string& out) const {
    data::DeriveOptions options;
    options.kind = data::parse_derived_kind(kind);
    options.from = "REAL";
    if (options.kind.kind == data::Derive::mixed) options.with = "FAKE";
    options.folder = scratch_ / out;
    options.version = "1.2.3";
    return options;
  }

  data::DerivedManifest derive(const data::DeriveOptions& options) const {
    data::derive(set_, options);
    return data::read_derived_manifest(options.folder);
  }
  data::DerivedManifest derive(const std::string& kind, const std::string& out) const {
    return derive(asked(kind, out));
  }

  /// The message and the hint of the Error.
  std::string error_of(const data::DeriveOptions& options) const {
    try {
      data::derive(set_, options);
    } catch (const Error& error) {
      return std::string(error.what()) + "\n" + error.hint();
    }
    return "";
  }
  std::string error_of(const std::string& kind, std::optional<std::size_t> images = {}) const {
    data::DeriveOptions options = asked(kind, "refused");
    options.images = images;
    return error_of(options);
  }

  /// Pixels of a training image: "train/REAL/cat/001.png".
  Pixels original(const std::string& path) const {
    for (const data::Source& source : set_.sources) {
      for (std::size_t i = 0; source.train != nullptr && i < source.train->size(); ++i) {
        const auto image = source.train->image(i);
        if (fmt::format("{}/{}", source.train_folder, source.train->file_name(i)) == path) {
          return {image.begin(), image.end()};
        }
      }
    }
    ADD_FAILURE() << "there is no " << path;
    return {};
  }

  Pixels written(const std::string& out, const std::string& file) const {
    Pixels pixels(set_.shape.bytes());
    data::decode_image(read_file(scratch_ / out / file), set_.shape, pixels.data());
    return pixels;
  }

  /// How many files stand under each class.
  static std::map<std::string, int> counts(const data::DerivedManifest& manifest) {
    std::map<std::string, int> counts;
    for (const data::DerivedFile& file : manifest.files) ++counts[file.stands_under];
    return counts;
  }

  ScratchFolder scratch_;
  data::DataSet set_;
  int opened_ = 0;
};

}  // namespace ersatz::testing
