#include "data/import/parquet_shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/parquet_rows.hpp"
#include "data/import/paths.hpp"
#include "data/import/shards.hpp"

namespace ersatz::data {
namespace {

class ParquetReader : public RecordReader {
 public:
  ParquetReader(std::vector<std::string> classes, ImageColumns columns)
      : classes_(std::move(classes)), columns_(std::move(columns)) {}

  ImageShape image_size(std::string_view record) const override { return data::image_size(record); }
  std::unique_ptr<RecordStream> records(const PlannedFile&, std::string_view bytes) const override {
    return read_table_rows(bytes, columns_, classes_);
  }
  MadeImage decode_record(std::string_view record, const ImageForm& form, std::uint8_t* pixels) const override {
    return make_image(record, form, pixels);
  }
  bool decodes_image_files() const override { return true; }
  bool may_skip() const override { return true; }
  const char* broken_hint() const override { return "--skip-broken leaves out images that cannot be read"; }

 private:
  std::vector<std::string> classes_;
  ImageColumns columns_;
};

/// What the files of a data set have in common.
class CommonTable {
 public:
  explicit CommonTable(std::string path) : path_(std::move(path)) {}

  void add(const std::string& file, const TableFacts& table) {
    const std::vector<std::string>& classes = table.classes;
    const std::string columns = fmt::format("{} and {}", table.image_column, table.label_column);
    if (first_.empty()) {
      first_ = file;
      columns_ = columns;
      naming_ = table.naming;
    }
    if (columns != columns_ || table.naming != naming_) {
      throw Error(fmt::format("{}: {} and {} are not of one data set: their columns {} and {} differ", path_, first_,
                              file, columns_, columns),
                  "give the folder of one of them");
    }
    if (naming_ == ImageTable::Naming::text) {
      names_.insert(classes.begin(), classes.end());
    } else if (naming_ == ImageTable::Naming::numbered) {
      if (classes.size() > classes_.size()) classes_ = classes;
    } else if (first_ != file && classes != classes_) {
      throw Error(fmt::format("{}: {} and {} have different classes", path_, first_, file),
                  "give the folder of one of them");
    } else {
      classes_ = classes;
    }
  }

  std::vector<std::string> classes() const {
    std::vector<std::string> all = classes_;
    if (naming_ == ImageTable::Naming::text) all.assign(names_.begin(), names_.end());
    for (const std::string& name : all) {
      if (name.empty() || !is_utf8(name)) {
        throw Error(fmt::format("{}: the name of a class is empty or not UTF-8: \"{}\"", path_, printable(name)));
      }
    }
    return all;
  }

 private:
  std::string path_, first_, columns_;
  ImageTable::Naming naming_ = ImageTable::Naming::listed;
  std::vector<std::string> classes_;
  std::set<std::string> names_;
};

bool is_parquet(const ContainerFile& file) { return has_ending(file.path, ".parquet") && !is_hidden(file.path); }

}  // namespace

bool holds_parquet(const Container& container) {
  return std::any_of(container.files().begin(), container.files().end(), is_parquet);
}

Layout parquet_layout(const Container& container, const std::filesystem::path& path,
                      const std::optional<std::string>& source, const ImageColumns& columns) {
  if (!source) throw_no_source(path, "Parquet files");
  Layout layout;
  const auto& files = container.files();
  std::vector<Shard> shards;
  IgnoredFiles others{"not a Parquet file", {}, 0};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool readable = is_utf8(files[i].path);
    if (is_parquet(files[i]) && readable) {
      shards.push_back({i, files[i].path, named_split(files[i].path), 0});
    } else if (++others.count == 1 && readable) {
      others.example = files[i].path;
    }
  }
  if (others.count > 0) layout.ignored.push_back(others);
  shards = choose_shards(shards, layout.ignored);

  std::vector<bool> wanted(files.size(), false);
  for (const Shard& shard : shards) wanted[shard.file] = true;
  CommonTable common(path.string());
  container.read(wanted, [&](std::size_t file, const FileContent& content) {
    if (stop_requested()) throw Stopped();
    TableFacts table;
    try {
      if (!content.problem.empty()) throw Error(content.problem);
      table = read_table_facts(content.bytes, columns);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}: {}", path.string(), files[file].path, error.what()), error.hint());
    }
    if (table.rows > 0) common.add(files[file].path, table);
    const auto is_it = [&](const Shard& shard) { return shard.file == file; };
    std::find_if(shards.begin(), shards.end(), is_it)->images = table.rows;
  });
  layout.splits = plan_shards(shards, *source);
  if (layout.splits.empty()) throw Error(fmt::format("{} holds Parquet files without rows", path.string()));
  layout.classes = common.classes();
  layout.reader = std::make_shared<const ParquetReader>(layout.classes, columns);
  return layout;
}

}  // namespace ersatz::data
