#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "study/run_status.hpp"

// A pack is an output folder in one small file: the study, the lists of test images, and of each finished run its
// record, its history and the class that it took each test image for. No weights. Tables, figures and answer are made
// again from it, byte for byte, and the page without photographs; `ersatz run` counts its runs as done. Format:
// docs/file-formats.md.
namespace ersatz::study {

struct PackOptions {
  bool probabilities = false;  ///< pack them too, as float16
};

/// What write_pack() wrote.
struct PackSummary {
  std::string study;
  std::size_t runs = 0;                   ///< packed
  std::size_t others = 0;                 ///< of these, those that the study does not ask for now
  std::size_t unfinished = 0;             ///< asked for and not packed, because they are not finished
  std::size_t without_probabilities = 0;  ///< packed runs that had none any more, where they were asked for
  std::vector<DamagedRun> damaged;        ///< not packed, and why
  std::uint64_t bytes = 0;                ///< the file's size
};

/// Packs the finished runs of the output folder `out` into `file`, which appears whole or not at all. Its bytes depend
/// on the folder and the options alone. Each run is read through first, as check_folder() does it. Throws Error when
/// there is no study.json, when it or a list of test images is damaged, when no run is finished, and when `file` is
/// there and is no pack.
PackSummary write_pack(const std::filesystem::path& out, const std::filesystem::path& file, const PackOptions& options);

/// The study's name with ".pack.tar.xz": what a pack is called unless told otherwise.
std::filesystem::path default_pack_name(const std::filesystem::path& out);

/// Whether `file` begins as a pack does. Reads no further.
bool is_pack(const std::filesystem::path& file);

/// Makes an output folder of a pack. It appears whole or not at all. Returns the study's name. Throws Error, and leaves
/// nothing behind, when the file is no pack, is cut short, damaged or not what its pack.json says, when anything in it
/// is not as write_pack() writes it, and when `out` is there and not empty.
std::string unpack(const std::filesystem::path& file, const std::filesystem::path& out);

/// An output folder to read from: a folder as it is, or a pack, which is unpacked into $TMPDIR for as long as the
/// object lives. Throws Error as unpack() does.
class FolderOrPack {
 public:
  explicit FolderOrPack(const std::filesystem::path& given);
  ~FolderOrPack();
  FolderOrPack(const FolderOrPack&) = delete;
  FolderOrPack& operator=(const FolderOrPack&) = delete;

  const std::filesystem::path& path() const { return path_; }
  bool is_pack() const { return temporary_; }

 private:
  std::filesystem::path path_;
  bool temporary_;
};

/// The name of the study in a pack, by its pack.json alone. Throws Error as unpack() does.
std::string study_of_pack(const std::filesystem::path& file);

}  // namespace ersatz::study
