#include "data/import/label_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

constexpr const char* kFileColumns[] = {"filepath", "file_path",  "path", "image_path", "file_name", "filename", "file",
                                        "image",    "image_name", "img",  "name",       "image_id",  "id"};
constexpr const char* kLabelColumns[] = {"class_name", "class",  "label_name", "category",
                                         "label",      "labels", "target",     "y"};
constexpr const char* kSplitColumns[] = {"split", "set", "subset"};

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t";
  const std::size_t begin = text.find_first_not_of(kSpace);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }
std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string without_ending(const std::string& name) { return name.substr(0, name.rfind('.')); }

/// A table as rows of text, whatever it was written in.
struct Table {
  std::string name;    ///< "train/metadata.csv", for messages
  std::string folder;  ///< in the container, with "/" at its end or empty
  Csv csv;
};

/// JSON Lines: an object a line; the columns are all their keys. Lists and objects are no columns.
Csv parse_json_lines(std::string_view text) {
  std::vector<std::map<std::string, std::string>> objects;
  Csv csv;
  for (const std::string& line : lines_of(text)) {
    const std::string where = fmt::format("line {}", objects.size() + 1);
    Json value;
    try {
      value = parse_json(line);
    } catch (const Error& problem) {
      throw Error(fmt::format("{} {}", where, problem.what()));
    }
    if (!value.is_object()) throw Error(where + " is no JSON object");
    auto& object = objects.emplace_back();
    for (const auto& [key, entry] : value.items()) {
      if (entry.is_structured() || entry.is_null()) continue;
      constexpr std::size_t kMostColumns = 1000;  // each row has all of them
      if (csv.header.size() > kMostColumns) throw Error(fmt::format("has more than {} keys", kMostColumns));
      object[key] = entry.is_string() ? entry.get<std::string>() : entry.dump();
      if (std::find(csv.header.begin(), csv.header.end(), key) == csv.header.end()) csv.header.push_back(key);
    }
  }
  for (auto& object : objects) {
    auto& row = csv.rows.emplace_back();
    for (const std::string& key : csv.header) row.push_back(std::move(object[key]));
  }
  return csv;
}

Table parse_table(const std::string& name, const std::string& folder, std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // as spreadsheets write it
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    throw Error(name + " is UTF-16", "save it as UTF-8 (in Excel: \"CSV UTF-8\")");
  }
  if (!is_utf8(text)) throw Error(name + " is not UTF-8", "save it as UTF-8");
  try {
    return {name, folder, has_ending(name, ".jsonl") ? parse_json_lines(text) : parse_csv(text, csv_delimiter(text))};
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", name, error.what()), error.hint());
  }
}

/// The column called `wanted`; where that is empty, the first of the `usual` names that there is.
std::optional<std::size_t> find_column(const Table& table, const std::string& wanted,
                                       std::span<const char* const> usual) {
  const auto& header = table.csv.header;
  if (!wanted.empty()) {
    const auto found = std::find(header.begin(), header.end(), wanted);
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    throw Error(fmt::format("{} has no column \"{}\"; it has {}", table.name, wanted, join_words(header)));
  }
  for (const char* name : usual) {
    for (std::size_t c = 0; c < header.size(); ++c) {
      if (lower_ascii(header[c]) == name) return c;
    }
  }
  return {};
}

std::optional<NamedSplit> parse_split(const Table& table, const std::string& word) {
  const auto split = named_split(word);
  if (!split) {
    throw Error(fmt::format("{}: \"{}\" in the column of splits is none", table.name, word),
                "write train, test or validation");
  }
  return split;
}

/// Finds the image that a row means.
class ImageIndex {
 public:
  /// `container` is what the container is called: rows may name images from the folder that it is in.
  ImageIndex(const std::vector<ListedImage>& images, std::string container)
      : images_(images), container_(std::move(container)) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      const std::string name = base_name(images[i].path);
      by_path_[images[i].path] = i;
      by_name_[name].push_back(i);
      by_name_[without_ending(name)].push_back(i);
    }
  }

  /// Nothing when there is none. Throws Error, without the table's name, when there are several.
  std::optional<std::size_t> find(const Table& table, std::string text) const {
    std::replace(text.begin(), text.end(), '\\', '/');
    while (text.starts_with("./")) text.erase(0, 2);
    if (text.empty()) return {};
    const std::string from_outside = "/" + container_ + "/";  // "photos/cat/1.png" of cat/1.png in photos
    const std::size_t inside = ("/" + text).rfind(from_outside);
    for (const std::string& path :
         {table.folder + text, text,
          inside == std::string::npos ? text : text.substr(inside + from_outside.size() - 1)}) {
      if (const auto exact = by_path_.find(path); exact != by_path_.end()) return exact->second;
    }
    const auto candidates = by_name_.find(base_name(text));
    if (candidates == by_name_.end()) return {};
    // Parts of a path, and names without an ending: those in the table's folder first.
    std::vector<std::size_t> near, far;
    const std::string suffix = "/" + text, beside = table.folder + text;
    for (const std::size_t i : candidates->second) {
      std::string_view path = images_[i].path;
      if (!path.ends_with(candidates->first)) path = path.substr(0, path.rfind('.'));
      if (path == beside) near.push_back(i);
      if (path == text || path.ends_with(suffix)) far.push_back(i);
    }
    const std::vector<std::size_t>& fitting = near.empty() ? far : near;
    if (fitting.empty()) return {};
    if (fitting.size() > 1) {
      throw Error(fmt::format("\"{}\" may be {} or {}", text, images_[fitting[0]].path, images_[fitting[1]].path),
                  "write more of their paths");
    }
    return fitting.front();
  }

 private:
  const std::vector<ListedImage>& images_;
  std::string container_;
  std::unordered_map<std::string_view, std::size_t> by_path_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
};

class FactReader {
 public:
  FactReader(const std::vector<ListedImage>& images, const std::string& container, const ImageColumns& columns,
             std::string group, bool asked_for)
      : images_(images), index_(images, container), columns_(columns), group_(std::move(group)), asked_for_(asked_for) {
    facts_.of.resize(images.size());
  }

  void add(const Table& table) {
    const auto file = find_column(table, columns_.image, kFileColumns);
    const auto label = find_column(table, columns_.label, kLabelColumns);
    const auto split = find_column(table, "", kSplitColumns);
    const auto group = std::find(table.csv.header.begin(), table.csv.header.end(), group_);
    if (asked_for_ && !label && !split && group == table.csv.header.end()) {
      throw Error(fmt::format("{} has no column of classes; it has {}", table.name, join_words(table.csv.header)),
                  "call it label, or write columns = { label = \"its name\" } under [data]");
    }
    if (!file) {
      throw Error(fmt::format("{} has no column with the names of the images; it has {}", table.name,
                              join_words(table.csv.header)),
                  "call it file_name, and that of the classes label");
    }
    const std::string name = base_name(table.name);
    if (std::find(facts_.tables.begin(), facts_.tables.end(), name) == facts_.tables.end()) {
      facts_.tables.push_back(name);
      std::sort(facts_.tables.begin(), facts_.tables.end());
    }
    facts_.labels = facts_.labels || label.has_value();
    facts_.splits = facts_.splits || split.has_value();
    const std::size_t before = matched_;
    for (const auto& row : table.csv.rows) {
      try {
        TableEntry entry;
        if (label) entry.label = trimmed(row[*label]);
        if (split) entry.split = parse_split(table, trimmed(row[*split]));
        if (!group_.empty() && group != table.csv.header.end()) {
          entry.group = row[static_cast<std::size_t>(group - table.csv.header.begin())];
        }
        add(table, trimmed(row[*file]), std::move(entry));
      } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", table.name, error.what()), error.hint());
      }
    }
    if (matched_ == before && !table.csv.rows.empty()) {
      throw Error(fmt::format("{}: none of its {} rows names an image that is there", table.name,
                              format_count(table.csv.rows.size())),
                  fmt::format("the column {} must hold their paths; the first says \"{}\"", table.csv.header[*file],
                              table.csv.rows.front()[*file]));
    }
  }

  ImageFacts& facts() { return facts_; }

 private:
  void add(const Table& table, const std::string& name, TableEntry entry) {
    const auto image = index_.find(table, name);
    if (!image) {
      if (++facts_.rows_without_image == 1) facts_.row_without_image = name;
      return;
    }
    if (entry.label && entry.label->empty()) throw Error(fmt::format("{} has no class", name));
    ++matched_;
    auto& known = facts_.of[*image];
    if (known && known->label == entry.label && (known->split != entry.split || known->group != entry.group)) {
      throw Error(fmt::format("{} has two rows that differ in its split or group", images_[*image].path));
    }
    if (known && known->label != entry.label) {
      throw Error(fmt::format("{} has two classes, {} and {}", images_[*image].path, known->label.value_or("none"),
                              entry.label.value_or("none")));
    }
    known = std::move(entry);
  }

  const std::vector<ListedImage>& images_;
  ImageIndex index_;
  const ImageColumns& columns_;
  std::string group_;
  bool asked_for_;  // by name; others are taken as they are found
  ImageFacts facts_;
  std::size_t matched_ = 0;
};

bool is_metadata(const std::string& path) {
  const std::string name = base_name(path);
  return !is_hidden(path) && is_utf8(path) && (name == "metadata.csv" || name == "metadata.jsonl");
}

/// Whether a table that nobody asked for is Hugging Face's, by its first line: others are called metadata.csv, too.
bool names_images(std::string_view text) { return text.substr(0, text.find('\n')).find("file_name") != text.npos; }

/// The files of the container that are tables.
std::vector<bool> tables_in(const Container& container, const std::optional<std::string>& labels, bool& any) {
  const auto& files = container.files();
  std::vector<bool> wanted(files.size(), false);
  for (std::size_t i = 0; i < files.size(); ++i) {
    wanted[i] =
        labels ? files[i].path == *labels || files[i].path.ends_with("/" + *labels) : is_metadata(files[i].path);
    any = any || wanted[i];
  }
  return wanted;
}

}  // namespace

ImageFacts read_image_facts(const Container& container, const std::filesystem::path& path,
                            const std::vector<ListedImage>& images, const Reading& reading, const std::string& group) {
  const std::optional<std::string>& labels = reading.labels;
  const std::string called = (path.has_filename() ? path : path.parent_path()).filename().string();
  const bool folder = std::filesystem::is_directory(path);
  FactReader reader(images, folder ? called : called.substr(0, called.find('.')), reading.columns, group,
                    labels.has_value());
  bool any = false;
  std::vector<bool> wanted = tables_in(container, labels, any);
  if (any) {
    const std::vector<bool> looked_at = wanted;
    container.read(looked_at, [&](std::size_t file, const FileContent& content) {
      const std::string& name = container.files()[file].path;
      if (!content.problem.empty()) throw Error(fmt::format("{}: {}: {}", path.string(), name, content.problem));
      wanted[file] = labels || names_images(content.bytes);
      if (!wanted[file]) return;
      reader.add(parse_table(fmt::format("{}: {}", path.string(), name), folder_of(name), content.bytes));
    });
  } else if (labels) {
    std::error_code code;
    if (!std::filesystem::exists(*labels, code)) {
      throw Error(
          fmt::format("there is no table of labels {}, neither in {} nor beside the study", *labels, path.string()),
          "labels = \"labels.csv\" names a CSV with the columns file_name and label");
    }
    reader.add(parse_table(*labels, "", read_file(*labels)));
  }
  reader.facts().is_table = wanted;
  return std::move(reader.facts());
}

}  // namespace ersatz::data
