#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "data/parquet/page_reader.hpp"
#include "data/parquet/parquet_file.hpp"
#include "data/parquet/value_decoder.hpp"

namespace ersatz::data {

/// Reads one column in the order of its rows. In memory are one page and one dictionary.
class ColumnReader {
 public:
  /// Throws Error for columns that repeat and for those that hold neither byte arrays nor integers. `file` must
  /// outlive the reader.
  ColumnReader(const ParquetFile& file, std::size_t column);

  /// Goes to the next row, at the beginning to the first. False behind the last row.
  bool next();

  /// The value of the row; empty where it has none. Valid until next().
  const std::optional<ParquetValue>& value() const { return value_; }

 private:
  void next_page();

  const ParquetFile& file_;
  std::size_t column_;
  std::size_t group_ = 0;  // the row group after the current one
  std::uint64_t group_left_ = 0, page_left_ = 0;
  std::optional<PageReader> pages_;
  PageBuffers buffers_;
  ParquetDictionary dictionary_;
  HybridDecoder levels_;
  std::unique_ptr<ValueDecoder> values_;
  std::optional<ParquetValue> value_;
};

}  // namespace ersatz::data
