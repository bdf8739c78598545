#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/parquet/column_reader.hpp"
#include "data/parquet/image_columns.hpp"
#include "data/parquet/parquet_file.hpp"

namespace ersatz::data {

/// The images and labels of a Parquet file as Hugging Face's data sets hold them: a column of image files, as bytes or
/// as a struct with bytes, and one of class numbers or names.
class ImageTable {
 public:
  /// Where the names of classes come from. Files of one data set agree in it.
  enum class Naming {
    listed,   ///< the file lists them, by number
    text,     ///< the labels are names: the distinct ones in byte order
    numbered  ///< the labels are numbers without names
  };

  /// `file` is the whole file, mapped or in memory; it must outlive the table. Throws Error, whose text goes behind
  /// the file's name, also when it is not clear which columns are meant.
  explicit ImageTable(std::string_view file, const ImageColumns& wanted = {});

  std::size_t rows() const { return file_.rows(); }
  Naming naming() const { return naming_; }
  std::string image_column() const { return file_.columns()[image_].path.front(); }
  std::string label_column() const { return file_.columns()[label_].path.front(); }

  /// The classes of this file. Reads the column of labels when it is `text` or `numbered` ("0", "1", ... to the
  /// largest). Throws Error for a row without a label, or with a negative one.
  std::vector<std::string> classes() const;

 private:
  friend class ImageRows;

  void find_columns(const ImageColumns& wanted);

  ParquetFile file_;
  std::size_t image_ = 0, label_ = 0;
  Naming naming_ = Naming::listed;
  std::vector<std::string> listed_;
};

/// One row. The bytes are valid until the next one is read.
struct ImageRow {
  std::string_view bytes;  ///< an image file
  std::int32_t label = 0;  ///< class index
  std::string problem;     ///< why the row has no image or no class, or empty
};

/// Goes through the rows of a table. Takes memory for a page and a dictionary of either column.
class ImageRows {
 public:
  /// `classes` are the table's or, for `text` and `numbered`, those of all files of a data set. Both must outlive
  /// the rows.
  ImageRows(const ImageTable& table, const std::vector<std::string>& classes);

  /// The next row; nothing behind the last. Throws Error when the file is damaged.
  std::optional<ImageRow> next();

 private:
  std::optional<std::int32_t> class_of(const ParquetValue& value) const;

  const ImageTable& table_;
  const std::vector<std::string>& classes_;
  ColumnReader images_, labels_;
};

}  // namespace ersatz::data
