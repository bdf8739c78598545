#pragma once

#include <archive.h>
#include <locale.h>

#include <memory>
#include <string>

// What all uses of libarchive share.
namespace ersatz::data {

/// libarchive converts names to the character set of the locale, and gives no name for UTF-8 names in the C locale. So
/// this thread, and the children it forks, read and write archives in C.UTF-8, whatever the program has set. Made
/// before the sandbox is entered, where the files of a locale cannot be opened any more.
class Utf8Locale {
 public:
  Utf8Locale();
  ~Utf8Locale();
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t own_, before_;
};

struct CloseArchive {
  void operator()(archive* a) const { archive_free(a); }
};
using ArchiveHandle = std::unique_ptr<archive, CloseArchive>;

inline std::string reason_of(archive* handle) {
  const char* text = archive_error_string(handle);
  return text == nullptr ? "unknown error" : text;
}

}  // namespace ersatz::data
