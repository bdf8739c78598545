// The part of byte_stream.hpp that reads zips.

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <new>

#include "base/error.hpp"
#include "data/import/byte_stream.hpp"
#include "data/import/zip_directory.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kMostMembers = 10'000;  ///< arrays of a file
constexpr std::size_t kLongestName = 0xFFFF;  ///< that a zip can have

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Handle = std::unique_ptr<archive, CloseArchive>;

Error not_readable(archive* handle) {
  const char* text = archive_error_string(handle);
  return Error(
      fmt::format("cannot be unzipped, it is cut short or damaged: {}", text == nullptr ? "unknown error" : text),
      "the file may be an interrupted download or copy: get it again");
}

Handle open(std::string_view bytes) {
  Handle handle(archive_read_new());
  if (!handle) throw std::bad_alloc();
  archive_read_support_format_zip_seekable(handle.get());
  if (archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    throw not_readable(handle.get());
  }
  return handle;
}

archive_entry* next_entry(archive* handle) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(handle, &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) throw not_readable(handle);
  return entry;
}

class Member : public ByteStream {
 public:
  Member(std::string_view bytes, std::size_t member) : handle_(open(bytes)) {
    for (std::size_t i = 0; i <= member; ++i) {
      if (next_entry(handle_.get()) == nullptr) throw Error("has fewer members than before");
    }
  }

  std::size_t read(char* out, std::size_t size) override {
    std::size_t have = 0;
    while (have < size) {
      const la_ssize_t count = archive_read_data(handle_.get(), out + have, size - have);
      if (count < 0) throw not_readable(handle_.get());
      if (count == 0) break;
      have += static_cast<std::size_t>(count);
    }
    return have;
  }

 private:
  Handle handle_;
};

void write_names(std::string_view bytes, IsolatedOutput& out) {
  const Handle handle = open(bytes);
  while (archive_entry* entry = next_entry(handle.get())) {
    const char* name = archive_entry_pathname(entry);
    if (archive_entry_is_data_encrypted(entry)) throw Error("is encrypted");
    out.text(name == nullptr ? "" : name);
  }
}

}  // namespace

std::vector<std::string> zip_members(std::string_view bytes) {
  if (zip_names_more_than(kMostMembers, bytes)) throw Error(fmt::format("has more than {} members", kMostMembers));
  std::vector<std::string> members;
  try {
    IsolatedStream names([&](IsolatedOutput& out) { write_names(bytes, out); }, kUnpackingLimits);
    while (!names.at_end()) {
      if (members.size() == kMostMembers) throw IsolatedFailure("the child process found more than there is");
      members.push_back(names.text(kLongestName));
    }
  } catch (const IsolatedFailure& failure) {
    throw Error(fmt::format("cannot be unpacked: {}", failure.what()));
  }
  return members;
}

std::unique_ptr<ByteStream> unzip(std::string_view bytes, std::size_t member) {
  return in_sandbox([&] { return std::make_unique<Member>(bytes, member); });
}

}  // namespace ersatz::data
