#include "data/import/idx_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.hpp"
#include "data/codec/decode.hpp"
#include "data/import/paths.hpp"
#include "data/import/record_arrays.hpp"
#include "data/import/shards.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kMostLabels = 1 << 27;
constexpr char kHint[] = "get the file again";

/// "train-images-idx3-ubyte" of ".../train-images.idx3-ubyte.gz": what images and labels are compared by. Empty for
/// other files.
std::string plain_name(const std::string& path) {
  std::string name = has_ending(path, ".gz") ? path.substr(0, path.size() - 3) : path;
  const std::size_t dot = name.rfind(".idx");
  if (dot != std::string::npos) name[dot] = '-';
  return name.ends_with("-images-idx3-ubyte") || name.ends_with("-labels-idx1-ubyte") ? name : "";
}

bool is_images(const std::string& plain) { return plain.ends_with("-images-idx3-ubyte"); }

std::string labels_name(const std::string& images) {
  return images.substr(0, images.size() - std::string_view("images-idx3-ubyte").size()) + "labels-idx1-ubyte";
}

std::optional<NamedSplit> split_of(const std::string& plain) {
  const std::size_t slash = plain.rfind('/');
  const std::string_view name = std::string_view(plain).substr(slash == std::string::npos ? 0 : slash + 1);
  return name.starts_with("t10k") ? NamedSplit::test : named_split(plain);
}

struct Found {
  std::size_t file = 0;
  RecordArray array;
  std::size_t count = 0;
  ImageShape shape;
};

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// Reads the header and, of labels, the rest.
Found read_idx(std::size_t file, const std::string& path, std::string_view bytes) {
  Found found;
  found.file = file;
  if (has_ending(path, ".gz")) found.array.packing = RecordArray::Packing::gzip;
  const bool images = is_images(plain_name(path));
  const auto in = open_array(found.array, bytes);
  std::array<char, 16> header{};
  found.array.first = images ? 16 : 8;
  in->read_all(header.data(), found.array.first);
  if (big_endian(header.data()) != (images ? 0x803U : 0x801U)) {
    throw Error(fmt::format("is no IDX file of {}", images ? "images in bytes" : "labels in bytes"), kHint);
  }
  found.count = big_endian(header.data() + 4);
  if (images) {
    const std::uint32_t height = big_endian(header.data() + 8), width = big_endian(header.data() + 12);
    if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide) {
      throw Error(fmt::format("holds images of {} x {} pixels; at most {} are read", width, height, kLargestSide));
    }
    found.shape = {static_cast<int>(height), static_cast<int>(width)};
    require_room(found.array, bytes, std::uint64_t{found.count} * height * width);
    return found;
  }
  if (found.count > kMostLabels) throw Error(fmt::format("holds {} labels, more than are read", found.count));
  std::array<char, 4096> block{};
  while (found.array.labels.size() < found.count) {
    const std::size_t some = std::min(block.size(), found.count - found.array.labels.size());
    in->read_all(block.data(), some);
    for (std::size_t i = 0; i < some; ++i) found.array.labels.push_back(static_cast<std::uint8_t>(block[i]));
  }
  if (in->read(block.data(), 1) != 0) throw Error("has bytes left over behind its last label", kHint);
  return found;
}

bool is_idx(const ContainerFile& file) { return !is_hidden(file.path) && !plain_name(file.path).empty(); }

}  // namespace

bool holds_idx(const Container& container) {
  return std::any_of(container.files().begin(), container.files().end(),
                     [](const ContainerFile& file) { return is_idx(file) && is_images(plain_name(file.path)); });
}

Layout idx_layout(const Container& container, const std::filesystem::path& path,
                  const std::optional<std::string>& source) {
  if (!source) throw_no_source(path, "IDX files as MNIST's");
  const auto& files = container.files();
  Layout layout;
  std::vector<bool> wanted(files.size(), false);
  IgnoredFiles others{"not an IDX file of images or labels", {}, 0};
  for (std::size_t i = 0; i < files.size(); ++i) {
    wanted[i] = is_idx(files[i]) && is_utf8(files[i].path);
    if (!wanted[i] && ++others.count == 1 && is_utf8(files[i].path)) others.example = files[i].path;
  }
  if (others.count > 0) layout.ignored.push_back(others);
  std::map<std::string, Found> found;
  container.read(wanted, [&](std::size_t file, const FileContent& content) {
    const std::string& name = files[file].path;
    try {
      if (!content.problem.empty()) throw Error(content.problem);
      if (!found.emplace(plain_name(name), read_idx(file, name, content.bytes)).second) {
        throw Error("lies there twice, packed and unpacked", "remove one of them");
      }
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}: {}", path.string(), name, error.what()), error.hint());
    }
  });

  std::vector<Shard> shards;
  std::vector<RecordArray> arrays;
  std::optional<ImageShape> shape;
  for (auto& [plain, images] : found) {
    if (!is_images(plain)) continue;
    const std::string& name = files[images.file].path;
    const auto labels = found.find(labels_name(plain));
    if (labels == found.end()) {
      throw Error(fmt::format("{}: {} has no labels: {} is missing", path.string(), name, labels_name(plain)));
    }
    if (labels->second.count != images.count) {
      throw Error(fmt::format("{}: {} holds {} images, but {} {} labels", path.string(), name, images.count,
                              files[labels->second.file].path, labels->second.count),
                  kHint);
    }
    if (shape.value_or(images.shape) != images.shape) {
      throw Error(fmt::format("{}: {} holds images of another size than others", path.string(), name));
    }
    shape = images.shape;
    images.array.labels = labels->second.array.labels;
    shards.push_back({images.file, name, split_of(plain), images.count});
  }
  shards = choose_shards(shards, layout.ignored);
  for (const Shard& shard : shards) arrays.push_back(found.at(plain_name(shard.path)).array);
  layout.splits = plan_shards(shards, *source);
  if (layout.splits.empty()) throw Error(fmt::format("{} holds IDX files without images", path.string()));
  layout.classes = numbered_classes(arrays);
  const auto reader = std::make_shared<ArrayReader>(PixelFormat{*shape, Arrangement::grey}, 0, layout.classes.size());
  for (std::size_t i = 0; i < shards.size(); ++i) {
    reader->add({shards[i].file, {}, 0, shards[i].images}, std::move(arrays[i]));
  }
  layout.reader = reader;
  return layout;
}

}  // namespace ersatz::data
