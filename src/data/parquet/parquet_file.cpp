#include "data/parquet/parquet_file.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/error.hpp"
#include "data/parquet/thrift.hpp"

namespace ersatz::data {
namespace {

constexpr char kDownloadHint[] = "the file may be an interrupted download or copy: get it again";
constexpr std::size_t kEnd = 8;  // length of the footer and magic
constexpr int kDeepestSchema = 32;
constexpr std::size_t kAlwaysAllowedRows = 1 << 20;

Error damaged(const std::string& what) { return Error("is damaged: " + what, kDownloadHint); }

std::string_view footer_of(std::string_view bytes) {
  if (bytes.ends_with("PARE") || bytes.starts_with("PARE")) {
    throw Error("is encrypted", "write it again without encryption");
  }
  if (!bytes.starts_with("PAR1")) throw Error("is not a Parquet file");
  if (bytes.size() < 4 + kEnd || !bytes.ends_with("PAR1")) {
    throw Error("is a Parquet file that is cut short: its end is missing", kDownloadHint);
  }
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + bytes.size() - kEnd, sizeof length);
  if (length > bytes.size() - kEnd - 4) throw damaged("the table of contents at its end is larger than the file");
  return bytes.substr(bytes.size() - kEnd - length, length);
}

/// A node of the schema's tree; the file lists them from the root, children behind their parent.
struct Element {
  std::optional<std::int64_t> type;
  std::int64_t repetition = 0;
  std::int64_t children = 0;
  std::string name;
  bool text = false;
};

Element read_element(ThriftReader& in) {
  Element element;
  in.structure([&](int id) {
    switch (id) {
      case 1: element.type = in.integer(); return true;
      case 3: element.repetition = in.integer(); return true;
      case 4: element.name = in.binary(); return true;
      case 5: element.children = in.integer(); return true;
      case 6: element.text = element.text || in.integer() == 0; return true;
      case 10:
        in.structure([&](int kind) {
          element.text = element.text || kind == 1;
          return false;
        });
        return true;
      default: return false;
    }
  });
  return element;
}

/// Turns the list of nodes into leaves.
class SchemaWalk {
 public:
  explicit SchemaWalk(const std::vector<Element>& elements) : elements_(elements) {
    if (elements.empty()) throw damaged("it has no schema");
    ++next_;
    children(elements[0], {});
    if (next_ != elements.size()) throw damaged("its schema has nodes without a parent");
  }

  std::vector<ParquetColumn> leaves;

 private:
  void children(const Element& parent, const ParquetColumn& above) {
    if (above.path.size() > kDeepestSchema) throw damaged("its schema is nested too deeply");
    for (std::int64_t i = 0; i < parent.children; ++i) node(above);
  }

  void node(const ParquetColumn& above) {
    if (next_ >= elements_.size()) throw damaged("its schema has fewer nodes than it says");
    const Element& element = elements_[next_++];
    ParquetColumn column = above;
    column.path.push_back(element.name);
    if (element.repetition < 0 || element.repetition > 2) throw damaged("its schema has an unknown repetition");
    if (element.repetition > 0) ++column.max_definition;
    if (element.repetition == 2) ++column.max_repetition;
    if (element.children > 0) return children(element, column);
    if (!element.type) return;  // a group without members
    if (*element.type < 0 || *element.type > static_cast<int>(ParquetType::fixed_bytes)) {
      throw damaged("its schema has an unknown type");
    }
    column.type = static_cast<ParquetType>(*element.type);
    column.text = element.text;
    leaves.push_back(std::move(column));
  }

  const std::vector<Element>& elements_;
  std::size_t next_ = 0;
};

class ChunkReader {
 public:
  ChunkReader(ThriftReader& in, std::string_view file) : in_(in), file_(file) {}

  ParquetChunk read() {
    bool found = false;
    in_.structure([&](int id) {
      if (id == 1 && !in_.binary().empty()) throw Error("keeps its columns in other files, which is not supported");
      if (id == 8) throw Error("is encrypted", "write it again without encryption");
      if (id == 3) read_meta_data();
      found = found || id == 3;
      return id == 1 || id == 3;
    });
    if (!found) throw damaged("a column has no description");
    if (codec_ < 0 || codec_ > static_cast<int>(ParquetCodec::lz4_raw)) throw damaged("a column's codec is unknown");
    if (values_ < 0 || size_ < 0 || data_ < 0) throw damaged("a column has a negative size");
    const std::int64_t start = dictionary_ > 0 && dictionary_ < data_ ? dictionary_ : data_;
    const auto end = static_cast<std::int64_t>(file_.size());
    if (start > end || size_ > end - start) throw damaged("a column lies outside the file");
    return {static_cast<ParquetCodec>(codec_), static_cast<std::uint64_t>(values_),
            file_.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(size_))};
  }

 private:
  void read_meta_data() {
    in_.structure([&](int id) {
      switch (id) {
        case 4: codec_ = in_.integer(); return true;
        case 5: values_ = in_.integer(); return true;
        case 7: size_ = in_.integer(); return true;
        case 9: data_ = in_.integer(); return true;
        case 11: dictionary_ = in_.integer(); return true;
        default: return false;
      }
    });
  }

  ThriftReader& in_;
  std::string_view file_;
  std::int64_t codec_ = -1, values_ = -1, size_ = -1, data_ = -1, dictionary_ = 0;
};

ParquetRowGroup read_row_group(ThriftReader& in, std::string_view file, std::size_t columns) {
  ParquetRowGroup group;
  std::int64_t rows = -1;
  in.structure([&](int id) {
    if (id == 1) in.list([&] { group.chunks.push_back(ChunkReader(in, file).read()); });
    if (id == 3) rows = in.integer();
    return id == 1 || id == 3;
  });
  if (rows < 0 || group.chunks.size() != columns) throw damaged("a row group is incomplete");
  group.rows = static_cast<std::size_t>(rows);
  return group;
}

}  // namespace

std::string ParquetColumn::name() const { return fmt::format("{}", fmt::join(path, ".")); }

ParquetFile::ParquetFile(std::string_view bytes) {
  const std::string_view footer = footer_of(bytes);
  const std::string_view data = bytes.substr(0, static_cast<std::size_t>(footer.data() - bytes.data()));
  ThriftReader in(footer);
  std::int64_t rows = -1;
  in.structure([&](int id) {
    switch (id) {
      case 2: {
        std::vector<Element> elements;
        in.list([&] { elements.push_back(read_element(in)); });
        columns_ = SchemaWalk(elements).leaves;
        return true;
      }
      case 3: rows = in.integer(); return true;
      case 4: in.list([&] { row_groups_.push_back(read_row_group(in, data, columns_.size())); }); return true;
      case 5:
        in.list([&] {
          std::string_view key, value;
          in.structure([&](int part) {
            if (part == 1) key = in.binary();
            if (part == 2) value = in.binary();
            return part == 1 || part == 2;
          });
          notes_.emplace_back(key, value);
        });
        return true;
      default: return false;
    }
  });
  // Whoever reads the file takes memory for each of its rows, and a row with an image has more than a byte.
  const std::size_t most = kAlwaysAllowedRows + bytes.size();
  for (const ParquetRowGroup& group : row_groups_) {
    if (group.rows > most - rows_) throw damaged("it says that it has more rows than a file of its size can hold");
    rows_ += group.rows;
  }
  if (rows < 0 || static_cast<std::size_t>(rows) != rows_) throw damaged("its row groups do not add up");
}

std::optional<std::string_view> ParquetFile::note(std::string_view key) const {
  for (const auto& [own, value] : notes_) {
    if (own == key) return value;
  }
  return {};
}

}  // namespace ersatz::data
