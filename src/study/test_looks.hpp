#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// Who looks at test results again and again, and chooses by them, has used up the test images. Each look at an output
// folder's is on record in test-looks.csv (docs/file-formats.md).
namespace ersatz::study {

/// A command that showed results on the test images of a source.
struct TestLook {
  std::string time;          ///< UTC: "2026-11-30T04:07:59Z"
  std::string command;       ///< "answer"
  std::string source;        ///< whose test images
  std::size_t finished = 0;  ///< finished runs whose results were shown
  std::string runs;          ///< which: the beginning of the SHA-256 of their ids, in hexadecimal
};

/// Puts on record that `command` shows the results of the runs `ids` on the test images of each of `sources`. A look
/// that is on record - command, source and runs - is none again. Lines of one call are written at once, so that
/// commands at the same time do no harm. Never fails: a folder that cannot be written to stays as it is.
void record_test_looks(const std::filesystem::path& out, const std::string& command,
                       const std::vector<std::string>& sources, std::vector<std::string> ids) noexcept;

/// The looks on record, as they were written. Lines that are none, such as one that a full disk cut short, are left
/// out, and so is what is on record already. Empty where there is no such file, or it cannot be read.
std::vector<TestLook> read_test_looks(const std::filesystem::path& out);

/// The file that holds these looks; empty for none.
std::string text_of(const std::vector<TestLook>& looks);

/// The file is never made larger than this.
inline constexpr std::uintmax_t kMostBytesOfLooks = 1 << 18;

}  // namespace ersatz::study
