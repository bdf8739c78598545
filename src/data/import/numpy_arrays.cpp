#include "data/import/numpy_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "data/codec/decode.hpp"
#include "data/import/npy_labels.hpp"
#include "data/import/paths.hpp"
#include "data/import/record_arrays.hpp"

namespace ersatz::data {
namespace {

constexpr std::array<std::string_view, 7> kImages{"images", "image", "imgs", "x", "data", "arr_0", "pixels"};
constexpr std::array<std::string_view, 7> kLabels{"labels", "label", "y", "targets", "target", "arr_1", "classes"};
constexpr char kNamesHint[] =
    "ersatz looks for images and labels, x and y, data and labels, arr_0 and arr_1, or for x_train and y_train, x_test "
    "and y_test; other names are given as columns = { image = \"...\", label = \"...\" } under [data]";

/// An array that was found, of images or of labels.
struct Found {
  std::size_t file = 0;
  std::string place;  ///< the NPZ file, or the folder
  std::string path;   ///< "folder/x.npz/x_train", "folder/images.npy"
  std::string member;
  ArrayName name;
  RecordArray array;  ///< with the labels, when it holds these
  PixelFormat format;
  std::size_t images = 0;
};

std::string_view without_ending(std::string_view name) {
  return has_ending(name, ".npy") ? name.substr(0, name.size() - 4) : name;
}

PixelFormat pixel_format(const NpyHeader& header) {
  const auto& shape = header.shape;
  const auto refuse = [&](const std::string& what, const char* hint) {
    return Error(fmt::format("holds images {}", what), hint);
  };
  if (header.kind == 'f') {
    throw refuse(fmt::format("of the type {}: they must be bytes (uint8)", header.type()),
                 "where 1 is white, (255 * images).round().astype(\"uint8\") makes them so");
  }
  if (header.kind != 'u' || header.value_bytes != 1) {
    throw refuse(fmt::format("of the type {}: they must be bytes (uint8)", header.type()),
                 "where 255 is white, images.astype(\"uint8\") makes them so");
  }
  if (header.columns_first) throw refuse("in Fortran's order", "numpy.ascontiguousarray(images) puts them right");
  PixelFormat format;
  std::uint64_t height = 0, width = 0;
  if (shape.size() == 3 || (shape.size() == 4 && (shape[3] == 1 || shape[1] == 1))) {
    format.arrangement = Arrangement::grey;
    const std::size_t first = shape.size() == 4 && shape[3] != 1 ? 2 : 1;
    height = shape[first], width = shape[first + 1];
  } else if (shape.size() == 4 && shape[3] == 3) {
    height = shape[1], width = shape[2];
  } else if (shape.size() == 4 && shape[1] == 3) {
    format.arrangement = Arrangement::planar;
    height = shape[2], width = shape[3];
  } else {
    throw refuse(fmt::format("of the shape [{}]", fmt::join(shape, ", ")),
                 "ersatz reads [n, height, width, 3], [n, 3, height, width] and, grey, [n, height, width]");
  }
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide) {
    throw refuse(fmt::format("of {} x {} pixels; at most {} are read", width, height, kLargestSide), "");
  }
  format.shape = {static_cast<int>(height), static_cast<int>(width)};
  return format;
}

/// Collects the arrays of all files.
class Finder {
 public:
  Finder(const Container& container, const ImageColumns& columns) : container_(container), columns_(columns) {}

  std::vector<Found> found;
  IgnoredFiles others{"an array that is called neither images nor labels", {}, 0};

  void look_into(std::size_t file, std::string_view bytes) {
    const std::string& place = container_.files()[file].path;
    if (!has_ending(place, ".npz")) {
      const std::size_t slash = place.rfind('/');
      return look_at(file, place.substr(0, slash == std::string::npos ? 0 : slash), place, {}, {}, bytes);
    }
    const std::vector<std::string> members = zip_members(bytes);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::string name(without_ending(members[i]));
      std::string path = place;
      path.append("/").append(name);
      RecordArray array;
      array.packing = RecordArray::Packing::zip;
      array.zip_member = i;
      look_at(file, place, path, name, std::move(array), bytes);
    }
  }

 private:
  void look_at(std::size_t file, const std::string& place, const std::string& path, const std::string& member,
               RecordArray array, std::string_view bytes) {
    const auto name = array_name(without_ending(std::string_view(path).substr(path.rfind('/') + 1)), columns_);
    if (!name || !is_utf8(path)) {
      if (++others.count == 1) others.example = is_utf8(path) ? path : "";
      return;
    }
    Found one{file, place, path, member, *name, std::move(array), {}, 0};
    try {
      const auto in = open_array(one.array, bytes);
      const NpyHeader header = read_npy_header([&](char* out, std::size_t size) { return in->read(out, size); });
      one.array.first = header.header_bytes;
      require_room(one.array, bytes, header.values() * header.value_bytes);
      one.images = header.shape.empty() ? 0 : header.shape.front();
      if (name->labels) {
        one.array.labels = read_npy_labels(header, *in);
      } else {
        one.format = pixel_format(header);
      }
    } catch (const Error& error) {
      const std::string shown = member.empty() ? "" : fmt::format("its array {} ", member);
      throw Error(shown + error.what(), error.hint());
    }
    if (!one.name.split) one.name.split = named_split(place);
    found.push_back(std::move(one));
  }

  const Container& container_;
  const ImageColumns& columns_;
};

/// A name in lower case without the word that names a split: "X_train" -> "x" of train.
struct SplitName {
  std::string rest;
  std::optional<NamedSplit> split;
};

SplitName take_split(std::string_view name) {
  SplitName taken;
  std::string word;
  const auto end_word = [&] {
    const auto split = named_split(word);
    if (split && !taken.split) {
      taken.split = split;
    } else if (!word.empty()) {
      taken.rest.append(taken.rest.empty() ? "" : "_").append(word);
    }
    word.clear();
  };
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') {
      end_word();
    } else {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  }
  end_word();
  return taken;
}

/// The labels that belong to `images`.
Found& labels_of(const Found& images, std::vector<Found>& found, const std::filesystem::path& path) {
  Found* labels = nullptr;
  for (Found& one : found) {
    if (one.place != images.place || one.name.split != images.name.split || &one == &images) continue;
    if (!one.name.labels || labels != nullptr) {
      throw Error(fmt::format("{}: it is not clear whether {} or {} is meant", path.string(),
                              labels == nullptr ? images.path : labels->path, one.path),
                  kNamesHint);
    }
    labels = &one;
  }
  if (labels == nullptr) throw Error(fmt::format("{}: {} has no labels", path.string(), images.path), kNamesHint);
  if (labels->images != images.images) {
    throw Error(fmt::format("{}: {} holds {} images, but {} {} labels", path.string(), images.path, images.images,
                            labels->path, labels->images));
  }
  return *labels;
}

}  // namespace

std::optional<ArrayName> array_name(std::string_view name, const ImageColumns& columns) {
  const SplitName split_name = take_split(name);
  const auto is = [&](const std::string& wanted, const auto& usual) {
    if (!wanted.empty()) return split_name.rest == take_split(wanted).rest;
    return std::find(usual.begin(), usual.end(), split_name.rest) != usual.end();
  };
  if (is(columns.label, kLabels)) return ArrayName{true, split_name.split};
  if (is(columns.image, kImages)) return ArrayName{false, split_name.split};
  return {};
}

bool holds_numpy(const Container& container, const ImageColumns& columns) {
  return std::any_of(container.files().begin(), container.files().end(), [&](const ContainerFile& file) {
    if (is_hidden(file.path)) return false;
    const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
    return has_ending(name, ".npz") || (has_ending(name, ".npy") && array_name(without_ending(name), columns));
  });
}

Layout numpy_layout(const Container& container, const std::filesystem::path& path,
                    const std::optional<std::string>& source, const ImageColumns& columns) {
  if (!source) throw_no_source(path, "NumPy's arrays");
  const auto& files = container.files();
  Layout layout;
  std::vector<bool> wanted(files.size(), false);
  IgnoredFiles others{"not an array of NumPy", {}, 0};
  for (std::size_t i = 0; i < files.size(); ++i) {
    wanted[i] = !is_hidden(files[i].path) && (has_ending(files[i].path, ".npz") || has_ending(files[i].path, ".npy"));
    if (!wanted[i] && ++others.count == 1 && is_utf8(files[i].path)) others.example = files[i].path;
  }
  Finder finder(container, columns);
  container.read(wanted, [&](std::size_t file, const FileContent& content) {
    if (stop_requested()) throw Stopped();
    try {
      if (!content.problem.empty()) throw Error(content.problem);
      finder.look_into(file, content.bytes);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}: {}", path.string(), files[file].path, error.what()), error.hint());
    }
  });
  for (const IgnoredFiles& some : {others, finder.others}) {
    if (some.count > 0) layout.ignored.push_back(some);
  }

  std::vector<Shard> shards;
  for (const Found& one : finder.found) {
    if (!one.name.labels) shards.push_back({one.file, one.path, one.name.split, one.images, one.member});
  }
  shards = choose_shards(shards, layout.ignored);
  std::vector<RecordArray> arrays;
  std::optional<PixelFormat> format;
  for (const Shard& shard : shards) {
    const auto images = std::find_if(finder.found.begin(), finder.found.end(),
                                     [&](const Found& one) { return one.path == shard.path; });
    if (format.value_or(images->format) != images->format) {
      throw Error(fmt::format("{}: {} holds images of {}, but others are of {}", path.string(), images->path,
                              images->format.text(), format->text()));
    }
    format = images->format;
    images->array.labels = labels_of(*images, finder.found, path).array.labels;
    arrays.push_back(images->array);
  }
  layout.splits = plan_shards(shards, *source);
  if (layout.splits.empty()) {
    throw Error(fmt::format("{} holds arrays of NumPy, but none with images", path.string()), kNamesHint);
  }
  layout.classes = numbered_classes(arrays);
  const auto reader = std::make_shared<ArrayReader>(*format, 0, layout.classes.size());
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      for (std::size_t i = 0; i < shards.size(); ++i) {
        if (shards[i].file == file.file && shards[i].member == file.member) reader->add(file, std::move(arrays[i]));
      }
    }
  }
  layout.reader = reader;
  return layout;
}

}  // namespace ersatz::data
