#include "data/import/cifar100.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/import/paths.hpp"
#include "data/import/record_arrays.hpp"
#include "data/import/shards.hpp"

namespace ersatz::data {
namespace {

constexpr ImageShape kShape{32, 32};
constexpr std::size_t kLabelBytes = 2;
constexpr std::size_t kRecord = kLabelBytes + 32 * 32 * 3;
constexpr std::size_t kClasses = 100;
constexpr std::string_view kNames = "fine_label_names.txt";

std::string_view name_of(const ContainerFile& file) {
  return std::string_view(file.path).substr(file.path.rfind('/') + 1);
}

bool holds_records(const ContainerFile& file) {
  return !is_hidden(file.path) && (name_of(file) == "train.bin" || name_of(file) == "test.bin");
}

}  // namespace

bool holds_cifar100(const Container& container) {
  const auto& files = container.files();
  const bool named = std::any_of(files.begin(), files.end(), [](const auto& file) { return name_of(file) == kNames; });
  return std::any_of(files.begin(), files.end(), [&](const ContainerFile& file) {
    return holds_records(file) && (named || (file.size > 0 && file.size % kRecord == 0));
  });
}

Layout cifar100_layout(const Container& container, const std::filesystem::path& path,
                       const std::optional<std::string>& source) {
  if (!source) throw_no_source(path, "CIFAR-100's binary version");
  Layout layout;
  const auto& files = container.files();
  std::vector<Shard> shards;
  std::vector<bool> wanted(files.size(), false);
  IgnoredFiles others{"not a file of CIFAR-100", {}, 0};
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!holds_records(files[i])) {
      wanted[i] = name_of(files[i]) == kNames && !is_hidden(files[i].path);
      if (!wanted[i] && ++others.count == 1 && is_utf8(files[i].path)) others.example = files[i].path;
      continue;
    }
    if (files[i].size == 0 || files[i].size % kRecord != 0) {
      throw Error(fmt::format("{}: {} has {} bytes, not a multiple of {}: it is cut short or not of CIFAR-100",
                              path.string(), files[i].path, files[i].size, kRecord),
                  "download CIFAR-100's binary version again");
    }
    const auto split = name_of(files[i]) == "train.bin" ? NamedSplit::train : NamedSplit::test;
    shards.push_back({i, files[i].path, split, files[i].size / kRecord});
  }
  if (others.count > 0) layout.ignored.push_back(others);
  container.read(wanted, [&](std::size_t, const FileContent& content) { layout.classes = lines_of(content.bytes); });
  if (layout.classes.empty()) {
    for (std::size_t i = 0; i < kClasses; ++i) layout.classes.push_back(std::to_string(i));
  }
  layout.splits = plan_shards(shards, *source);
  const auto reader =
      std::make_shared<ArrayReader>(PixelFormat{kShape, Arrangement::planar}, kLabelBytes, layout.classes.size());
  for (const Shard& shard : shards) reader->add({shard.file, {}, 0, shard.images}, {});
  layout.reader = reader;
  return layout;
}

}  // namespace ersatz::data
