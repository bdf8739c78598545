#include "study/test_looks.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <system_error>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "study/output_layout.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShown = 16;  // hexadecimal digits of the hash of ids
constexpr std::string_view kLowerCase = "abcdefghijklmnopqrstuvwxyz", kHexadecimal = "0123456789abcdef";

std::string header() { return csv_line({"time", "command", "source", "finished_runs", "runs"}); }

std::string line(const TestLook& look) {
  return csv_line({look.time, look.command, look.source, std::to_string(look.finished), look.runs});
}

std::string now() {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

bool is_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  return std::ranges::equal(text, kForm,
                            [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
}

bool consists_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_same(const TestLook& a, const TestLook& b) {
  return a.command == b.command && a.source == b.source && a.runs == b.runs;
}

bool contains(const std::vector<TestLook>& looks, const TestLook& look) {
  return std::ranges::any_of(looks, [&](const TestLook& one) { return is_same(one, look); });
}

// Nothing for a line that record_test_looks() does not write. A pack may come from anybody.
std::vector<TestLook> look_of(std::string_view text) {
  Csv csv;
  try {
    csv = parse_csv(header() + std::string(text) + "\n");
  } catch (const Error&) {
    return {};
  }
  if (csv.rows.size() != 1) return {};
  const std::vector<std::string>& row = csv.rows.front();
  std::uint32_t finished = 0;
  const char* end = row[3].data() + row[3].size();
  const auto [read, problem] = std::from_chars(row[3].data(), end, finished);
  if (!is_time(row[0]) || !consists_of(row[1], kLowerCase) || problem != std::errc() || read != end ||
      row[4].size() != kShown || !consists_of(row[4], kHexadecimal)) {
    return {};
  }
  return {{row[0], row[1], row[2], finished, row[4]}};
}

// A regular file or nothing: a link may lead anywhere, and a pipe waits for ever.
bool may_be_written(const fs::path& file) {
  std::error_code code;
  const fs::file_type type = fs::symlink_status(file, code).type();
  if (type == fs::file_type::not_found) return true;
  return type == fs::file_type::regular && fs::file_size(file, code) < kMostBytesOfLooks && !code;
}

void append(const fs::path& file, const std::string& text) {
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (descriptor < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(descriptor, text.data(), text.size());
  ::close(descriptor);
}

}  // namespace

void record_test_looks(const fs::path& out, const std::string& command, const std::vector<std::string>& sources,
                       std::vector<std::string> ids) noexcept try {
  const fs::path file = test_looks_file(out);
  if (!may_be_written(file)) return;
  std::ranges::sort(ids);
  std::string all;
  for (const std::string& id : ids) all += id + "\n";
  const std::vector<TestLook> known = read_test_looks(out);
  std::string text;
  for (const std::string& source : sources) {
    const TestLook look{now(), command, source, ids.size(), to_hex(sha256(all)).substr(0, kShown)};
    if (!contains(known, look)) text += line(look);
  }
  if (text.empty()) return;
  const std::string before = fs::exists(file) ? read_file(file) : "";
  // Behind a line that was cut short, and at the beginning.
  append(file, (before.empty() ? header() : before.ends_with('\n') ? "" : "\n") + text);
} catch (const std::exception&) {  // the results are shown all the same
}

std::vector<TestLook> read_test_looks(const fs::path& out) {
  const fs::path file = test_looks_file(out);
  std::vector<TestLook> looks;
  std::error_code code;
  if (!fs::is_regular_file(file, code) || fs::file_size(file, code) > 2 * kMostBytesOfLooks) return looks;
  std::string text;
  try {
    text = read_file(file);
  } catch (const Error&) {
    return looks;
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    for (TestLook& look : look_of(std::string_view(text).substr(begin, end - begin))) {
      if (!contains(looks, look)) looks.push_back(std::move(look));
    }
    begin = end + 1;
  }
  return looks;
}

std::string text_of(const std::vector<TestLook>& looks) {
  std::string text = looks.empty() ? "" : header();
  for (const TestLook& look : looks) text += line(look);
  return text;
}

}  // namespace ersatz::study
