#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/import/layout.hpp"
#include "data/import/store_writer.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::testing {

/// A store of these images, in a folder of its own that is deleted with it. All have label 0.
class MadeStore {
 public:
  MadeStore(std::string name, data::ImageShape shape, const std::vector<std::vector<std::uint8_t>>& images) {
    data::PlannedSplit split;
    split.source = std::move(name);
    for (std::size_t i = 0; i < images.size(); ++i) split.files.push_back({i, fmt::format("{:05}.png", i), 0, 1});
    data::StoreWriter writer(folder_->path(), split, shape);
    for (std::size_t i = 0; i < images.size(); ++i) {
      writer.write_pixels(i, 1, images[i].data());
      writer.set(i, {});
    }
    writer.finish();
    writer.commit();
    store_ = std::make_unique<data::ImageStore>(folder_->path() / writer.name());
  }

  const data::ImageStore& store() const { return *store_; }

 private:
  std::unique_ptr<ScratchFolder> folder_ = std::make_unique<ScratchFolder>();
  std::unique_ptr<data::ImageStore> store_;
};

}  // namespace ersatz::testing
