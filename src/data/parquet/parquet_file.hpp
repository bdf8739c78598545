#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ersatz::data {

// The numbers of these three are those of the format (parquet.thrift).
enum class ParquetType { boolean, int32, int64, int96, float32, float64, byte_array, fixed_bytes };
enum class ParquetCodec { uncompressed, snappy, gzip, lzo, brotli, lz4, zstd, lz4_raw };
enum class ParquetEncoding {
  plain = 0,
  plain_dictionary = 2,
  rle = 3,
  bit_packed = 4,
  delta_binary_packed = 5,
  delta_length_byte_array = 6,
  delta_byte_array = 7,
  rle_dictionary = 8,
  byte_stream_split = 9
};

/// A column that holds values: a leaf of the schema's tree.
struct ParquetColumn {
  std::vector<std::string> path;  ///< {"image", "bytes"}
  ParquetType type = ParquetType::boolean;
  bool text = false;       ///< byte arrays that are said to be UTF-8
  int max_definition = 0;  ///< a value is there when its definition level is this
  int max_repetition = 0;  ///< above 0 a row has any number of values

  std::string name() const;  ///< "image.bytes"
};

/// The values of one column in one row group.
struct ParquetChunk {
  ParquetCodec codec = ParquetCodec::uncompressed;
  std::uint64_t values = 0;
  std::string_view pages;  ///< in the file: headers and data, one page after another
};

struct ParquetRowGroup {
  std::size_t rows = 0;
  std::vector<ParquetChunk> chunks;  ///< one for each column
};

/// What the end of a Parquet file says about it. Format: github.com/apache/parquet-format.
class ParquetFile {
 public:
  /// `bytes` is the whole file, mapped or in memory; it must outlive this object. Reads the footer only. Throws
  /// Error, whose text goes behind the file's name, when the file is cut short or damaged, or encrypted.
  explicit ParquetFile(std::string_view bytes);

  const std::vector<ParquetColumn>& columns() const { return columns_; }
  const std::vector<ParquetRowGroup>& row_groups() const { return row_groups_; }
  std::size_t rows() const { return rows_; }

  /// What was stored beside the table under `key`.
  std::optional<std::string_view> note(std::string_view key) const;

 private:
  std::vector<ParquetColumn> columns_;
  std::vector<ParquetRowGroup> row_groups_;
  std::size_t rows_ = 0;
  std::vector<std::pair<std::string_view, std::string_view>> notes_;
};

}  // namespace ersatz::data
