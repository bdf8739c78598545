#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/import/file_reader.hpp"
#include "data/parquet/image_table.hpp"

// Parquet files, read in a child process in the sandbox, where sandbox() says that there are such: their pages are
// unpacked by libraries. Texts of errors go behind the file's name.
namespace ersatz::data {

/// What a Parquet file says of itself.
struct TableFacts {
  std::size_t rows = 0;
  ImageTable::Naming naming = ImageTable::Naming::listed;
  std::string image_column, label_column;
  std::vector<std::string> classes;
};

/// As ImageTable says it. Throws Error.
TableFacts read_table_facts(std::string_view file, const ImageColumns& columns);

/// The rows of a table, as ImageRows goes through them. `classes` must outlive them.
std::unique_ptr<RecordStream> read_table_rows(std::string_view file, const ImageColumns& columns,
                                              const std::vector<std::string>& classes);

}  // namespace ersatz::data
