#include "data/import/parquet_rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/isolated.hpp"
#include "base/sandbox.hpp"

namespace ersatz::data {
namespace {

// A page and a dictionary of either column, packed and unpacked, of at most 1 GiB each.
constexpr IsolationLimits kLimits{.cpu_seconds = IsolationLimits::kNoLimit,
                                  .memory = std::uint64_t{5} << 30,
                                  .seconds = IsolationLimits::kNoLimit,
                                  .sandbox = true};
constexpr std::size_t kLongestName = std::size_t{1} << 26, kMostClasses = std::size_t{1} << 17;
constexpr std::size_t kMostRows = std::size_t{1} << 31;
constexpr std::size_t kLongestImage = std::size_t{1} << 30, kLongestProblem = 4096;

Error unreadable(const IsolatedFailure& failure) { return Error(fmt::format("cannot be read: {}", failure.what())); }

class TableStream : public RecordStream {
 public:
  TableStream(std::string_view file, const ImageColumns& columns, const std::vector<std::string>& classes)
      : table_(file, columns), rows_(table_, classes) {}

  std::optional<Record> next() override {
    auto row = rows_.next();
    if (!row) return {};
    return Record{row->bytes, row->label, std::move(row->problem)};
  }

 private:
  ImageTable table_;
  ImageRows rows_;
};

/// What a TableStream finds in a child.
class StreamInChild : public RecordStream {
 public:
  StreamInChild(std::string_view file, const ImageColumns& columns, const std::vector<std::string>& classes)
      : classes_(classes.size()),
        stream_([&](IsolatedOutput& out) { write_rows(file, columns, classes, out); }, kLimits) {}

  std::optional<Record> next() override {
    try {
      if (stream_.at_end()) return {};
      Record record;
      record.label = stream_.value<std::int32_t>();
      record.problem = without_controls(stream_.text(kLongestProblem));
      stream_.text(kLongestImage, bytes_);
      record.bytes = bytes_;
      if (record.label < 0 || std::cmp_greater_equal(record.label, classes_)) {
        if (record.problem.empty()) throw IsolatedFailure("the child process found a class that there is not");
        record.label = 0;
      }
      return record;
    } catch (const IsolatedFailure& failure) {
      throw unreadable(failure);
    }
  }

 private:
  static void write_rows(std::string_view file, const ImageColumns& columns, const std::vector<std::string>& classes,
                         IsolatedOutput& out) {
    TableStream rows(file, columns, classes);
    while (const auto record = rows.next()) {
      out.value(record->label);
      out.text(record->problem);
      out.text(record->bytes);
    }
  }

  std::size_t classes_;
  std::string bytes_;
  IsolatedStream stream_;
};

}  // namespace

TableFacts read_table_facts(std::string_view file, const ImageColumns& columns) {
  try {
    IsolatedStream stream(
        [&](IsolatedOutput& out) {
          const ImageTable table(file, columns);
          out.value(std::uint64_t{table.rows()});
          out.value(static_cast<std::uint8_t>(table.naming()));
          out.text(table.image_column());
          out.text(table.label_column());
          for (const std::string& name : table.classes()) out.text(name);
        },
        kLimits);
    TableFacts facts;
    facts.rows = static_cast<std::size_t>(stream.value<std::uint64_t>());
    const auto naming = stream.value<std::uint8_t>();
    if (facts.rows > kMostRows || naming > static_cast<std::uint8_t>(ImageTable::Naming::numbered)) {
      throw IsolatedFailure("the child process gave an answer that cannot be");
    }
    facts.naming = static_cast<ImageTable::Naming>(naming);
    facts.image_column = stream.text(kLongestName);
    facts.label_column = stream.text(kLongestName);
    while (!stream.at_end()) {
      if (facts.classes.size() == kMostClasses) throw IsolatedFailure("the child process found too many classes");
      facts.classes.push_back(stream.text(kLongestName));
    }
    return facts;
  } catch (const IsolatedFailure& failure) {
    throw unreadable(failure);
  }
}

std::unique_ptr<RecordStream> read_table_rows(std::string_view file, const ImageColumns& columns,
                                              const std::vector<std::string>& classes) {
  if (has_own_processes()) return std::make_unique<StreamInChild>(file, columns, classes);
  return std::make_unique<TableStream>(file, columns, classes);
}

}  // namespace ersatz::data
