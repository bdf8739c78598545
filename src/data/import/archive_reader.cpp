#include "data/import/archive_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/isolated.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"
#include "data/archive/handle.hpp"
#include "data/import/archive_entries.hpp"
#include "data/import/zip_directory.hpp"

namespace ersatz::data {
namespace {

// The largest windows that xz and zstd have are 2 GB. Time has no limit: an archive may be large.
constexpr IsolationLimits kLimits{.cpu_seconds = IsolationLimits::kNoLimit,
                                  .memory = std::uint64_t{4} << 30,
                                  .seconds = IsolationLimits::kNoLimit,
                                  .sandbox = true};
constexpr std::size_t kLongestProblem = 4096;

/// In front of each file that a child lists or reads; it writes another one behind the last.
enum class Next : std::uint8_t { end, file };

/// What the child died of becomes an error that names the archive.
template <typename Function>
void name_failures(const std::filesystem::path& path, Function&& function) {
  try {
    function();
  } catch (const IsolatedFailure& failure) {
    throw Error(fmt::format("{} cannot be unpacked: {}", path.string(), failure.what()),
                "if it is no interrupted download or copy, do not use it: it is faulty or malicious");
  }
}

}  // namespace

ArchiveReader::ArchiveReader(std::filesystem::path path, const ListingLimits& limits)
    : path_(std::move(path)), file_(path_) {
  list(limits);
}

void ArchiveReader::list(const ListingLimits& limits) {
  if (zip_names_more_than(limits.files, file_.text())) throw too_many_files(path_, limits);
  Listing listing(path_, limits);
  ArchiveEnd end;
  const Utf8Locale locale;
  if (has_own_processes()) {
    name_failures(path_, [&] { end = list_in_child(listing); });
  } else {
    end = list_archive(path_, file_.text(), [&](const std::string& name, std::uint64_t size) {
      if (listing.size() % 1024 == 0 && stop_requested()) throw Stopped();
      listing.add(safe_path(name, path_), size);
    });
  }
  files_ = listing.finish();
  if (files_.empty() && end.format == ArchiveEnd::other) {
    throw not_an_archive(path_, file_.text(), "it holds no files");
  }
  // A plain tar ends with a block of zeros; libarchive takes one that was cut between two files as whole.
  if (end.format == ArchiveEnd::tar && !end.packed) {
    const std::string_view last =
        file_.text().substr(file_.text().size() - std::min<std::size_t>(512, file_.text().size()));
    if (last.find_first_not_of('\0') != std::string_view::npos) {
      throw Error(fmt::format("{} is a tar that is cut short: its end mark is missing", path_.string()), kDownloadHint);
    }
  }
}

ArchiveEnd ArchiveReader::list_in_child(Listing& listing) const {
  IsolatedStream stream(
      [&](IsolatedOutput& out) {
        const ArchiveEnd end = list_archive(path_, file_.text(), [&](const std::string& name, std::uint64_t size) {
          out.value(Next::file);
          out.value(size);
          out.text(name);
        });
        out.value(Next::end);
        out.value(static_cast<std::uint8_t>(end.format));
        out.value(static_cast<std::uint8_t>(end.packed));
      },
      kLimits);
  while (stream.value<Next>() == Next::file) {
    if (listing.size() % 1024 == 0 && stop_requested()) throw Stopped();
    const auto size = stream.value<std::uint64_t>();
    listing.add(safe_path(stream.text(kLongestPath), path_), size);
  }
  const auto format = static_cast<ArchiveEnd::Format>(stream.value<std::uint8_t>());
  const bool packed = stream.value<std::uint8_t>() != 0;
  stream.at_end();  // (throws what went wrong)
  return {format, packed};
}

void ArchiveReader::read(const std::vector<bool>& wanted,
                         const std::function<void(std::size_t, const FileContent&)>& take) const {
  const Utf8Locale locale;
  if (!has_own_processes()) return read_archive(path_, file_.text(), files_, wanted, take);
  name_failures(path_, [&] { read_in_child(wanted, take); });
}

void ArchiveReader::read_in_child(const std::vector<bool>& wanted,
                                  const std::function<void(std::size_t, const FileContent&)>& take) const {
  IsolatedStream stream(
      [&](IsolatedOutput& out) {
        read_archive(path_, file_.text(), files_, wanted, [&](std::size_t index, const FileContent& content) {
          out.value(Next::file);
          out.value(std::uint64_t{index});
          out.text(content.problem);
          out.text(content.bytes);
        });
        out.value(Next::end);
      },
      kLimits);
  std::string bytes;
  for (std::size_t next = 0; stream.value<Next>() == Next::file;) {
    const auto index = static_cast<std::size_t>(stream.value<std::uint64_t>());
    if (index < next || index >= files_.size() || !wanted[index]) {
      throw IsolatedFailure("the child process read what nobody asked for");
    }
    next = index + 1;
    FileContent content;
    content.problem = without_controls(stream.text(kLongestProblem));
    stream.text(kLargestFile, bytes);
    content.bytes = bytes;
    take(index, content);
  }
  stream.at_end();
}

}  // namespace ersatz::data
