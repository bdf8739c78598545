#include "base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz {
namespace {

// Reads one record from `text` at `at`, moving it past the line's end.
std::vector<std::string> read_record(std::string_view text, std::size_t& at, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += text[++at];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == delimiter) {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

std::size_t Csv::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) throw Error(fmt::format("the CSV has no column \"{}\"", name));
  return static_cast<std::size_t>(found - header.begin());
}

Csv parse_csv(std::string_view text, char delimiter) {
  Csv csv;
  std::size_t at = 0;
  csv.header = read_record(text, at, delimiter);
  while (at < text.size()) {
    csv.rows.push_back(read_record(text, at, delimiter));
    // An empty line, as editors leave it at the end.
    if (csv.header.size() > 1 && csv.rows.back() == std::vector<std::string>{""}) {
      csv.rows.pop_back();
      continue;
    }
    if (csv.rows.back().size() != csv.header.size()) {
      throw Error(fmt::format("row {} has {} fields but the header has {}", csv.rows.size(), csv.rows.back().size(),
                              csv.header.size()));
    }
  }
  return csv;
}

char csv_delimiter(std::string_view text) {
  for (const char delimiter : {',', ';', '\t'}) {
    std::size_t at = 0;
    if (read_record(text, at, delimiter).size() > 1) return delimiter;
  }
  return ',';
}

Csv read_csv(const std::filesystem::path& path) {
  try {
    return parse_csv(read_file(path));
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}", path.string(), problem.what()), problem.hint());
  }
}

}  // namespace ersatz
