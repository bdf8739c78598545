#include "data/parquet/column_reader.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ersatz::data {

ColumnReader::ColumnReader(const ParquetFile& file, std::size_t column) : file_(file), column_(column) {
  const ParquetColumn& what = file.columns().at(column);
  if (what.max_repetition > 0 || !is_readable(what.type)) {
    throw Error(fmt::format("has a column {} that is neither bytes, text nor integers", what.name()));
  }
}

bool ColumnReader::next() {
  while (group_left_ == 0) {
    if (group_ == file_.row_groups().size()) return false;
    const ParquetRowGroup& group = file_.row_groups()[group_++];
    const ParquetChunk& chunk = group.chunks[column_];
    if (chunk.values != group.rows) throw Error("is damaged: a column has more or fewer values than rows");
    group_left_ = group.rows;
    page_left_ = 0;
    dictionary_.clear();
    pages_.emplace(file_.columns()[column_], chunk);
  }
  while (page_left_ == 0) next_page();
  --group_left_;
  --page_left_;
  const auto full = static_cast<std::uint32_t>(file_.columns()[column_].max_definition);
  value_.reset();
  if (full == 0 || levels_.next() == full) value_ = values_->next();
  return true;
}

void ColumnReader::next_page() {
  auto page = pages_->next(buffers_);
  if (!page) throw Error("is damaged: a column has fewer values than rows");
  const ParquetType type = file_.columns()[column_].type;
  if (page->dictionary) {
    dictionary_ = read_dictionary(type, page->values, page->rows);
    return;
  }
  if (page->rows > group_left_) throw Error("is damaged: a column has more values than rows");
  page_left_ = page->rows;
  levels_ = page->levels;
  values_ = decode_values(page->encoding, type, page->values, dictionary_);
}

}  // namespace ersatz::data
