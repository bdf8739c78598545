#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

/// One line of CSV (RFC 4180, with "\n"): fields are quoted where they need to be.
std::string csv_line(const std::vector<std::string>& fields);

/// A CSV file in memory: a header, and rows with as many fields as it has.
struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  /// The column of that name. Throws Error when there is none.
  std::size_t column(std::string_view name) const;
};

/// Throws Error naming the row when it has another number of fields than the header.
Csv parse_csv(std::string_view text, char delimiter = ',');

/// What separates the fields of a CSV that another program wrote: the first of comma, semicolon (spreadsheets where the
/// comma is decimal) and tab that the header has; a comma where it has none.
char csv_delimiter(std::string_view text);

/// parse_csv() of a file. Throws Error naming the file as well.
Csv read_csv(const std::filesystem::path& path);

}  // namespace ersatz
