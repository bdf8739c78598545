#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/import/container.hpp"
#include "data/import/shards.hpp"
#include "data/import/split_folders.hpp"

namespace ersatz::data {

/// What a row of a table says of an image. A column that the table does not have says nothing.
struct TableEntry {
  std::optional<std::string> label;
  std::optional<NamedSplit> split;
  std::optional<std::string> group;
};

/// What the tables of a container say of its images.
struct ImageFacts {
  std::vector<std::optional<TableEntry>> of;  ///< one for each image; nothing where no row names it
  std::vector<std::string> tables;            ///< the tables' names without folders, each once
  std::vector<bool> is_table;                 ///< of each file of the container
  bool labels = false, splits = false;        ///< whether any has such a column
  std::size_t rows_without_image = 0;
  std::string row_without_image;  ///< the first of them
};

/// Reads the tables beside images. With reading.labels that is one file: in the container, or else at this path;
/// without, all that are called metadata.csv or metadata.jsonl, as Hugging Face's imagefolder has them. Columns (upper
/// or lower case):
///
/// - those of reading.columns, and else
/// - the file: file_name, filename, file, filepath, path, image, name, id and the like, from the table's own folder,
/// from
///   the top, or just as far as it is the only one; an ending may be missing;
/// - the class: class, label, category, target and the like; a name before a number;
/// - the split: split, set or subset, with the words of find_split_place();
/// - the group: the column called `group`.
///
/// Throws Error naming the table when a column is missing, a row is damaged, an image has two classes, a row could mean
/// several images, or none means any.
ImageFacts read_image_facts(const Container& container, const std::filesystem::path& path,
                            const std::vector<ListedImage>& images, const Reading& reading, const std::string& group);

}  // namespace ersatz::data
