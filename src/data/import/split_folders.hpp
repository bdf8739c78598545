#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/import/shards.hpp"

namespace ersatz::data {

/// An image file of a container.
struct ListedImage {
  std::size_t file = 0;  ///< index into Container::files()
  std::string path;
};

/// Counts files that are left out, by reason.
class IgnoredList {
 public:
  void add(const std::string& reason, const std::string& path);
  std::vector<IgnoredFiles> list() const;

 private:
  std::map<std::string, IgnoredFiles> by_reason_;
};

/// The folder that holds the folders of the splits.
struct SplitPlace {
  std::string prefix;               ///< "" or "DATASET/"
  std::map<Split, std::string> of;  ///< the folder for each split that there is: "train", "seg_test/seg_test"
  std::string unused;               ///< a validation folder beside one for testing, or empty
};

/// Where the folders lie that folder_split() knows. Nothing when there are none, or when the only one is a class folder
/// among others. A class or an outer folder may be called train, too: the place with two of them wins, then the one
/// nearest to the top. Throws Error when there is more than one data set.
std::optional<SplitPlace> find_split_place(const std::vector<ListedImage>& images, const std::filesystem::path& path);

/// The folder, with "/" at its end, that all images lie in; one that leaves each `levels` folders below it where they
/// have as many. "photos/" of photos/cat/1.png and photos/dog/2.png with one level.
std::string common_folder(const std::vector<ListedImage>& images, std::size_t levels);

}  // namespace ersatz::data
