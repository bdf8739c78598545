#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace ersatz::study {

/// A file of an output folder that is missing or not what was written, and what the user can do.
struct Damage {
  std::filesystem::path file;
  std::string what;         ///< "its SHA-256 is not the one in run.json"
  std::string remedy;       ///< "delete out/runs/nn-A-s1-6a832ed8, then run again"
  std::string run{};        ///< id of the run that the file is of; empty for others
  bool unreadable = false;  ///< the system does not hand it out: it may be whole
};

struct FolderCheck {
  std::string study;             ///< its name; empty where study.json cannot be read
  std::size_t runs = 0;          ///< finished ones that were looked at, also those that the study does not ask for now
  std::size_t unfinished = 0;    ///< that the study asks for
  std::size_t packed = 0;        ///< of the runs, those that were packed without their weights
  std::size_t not_recorded = 0;  ///< runs of versions up to 0.2, whose records have no hashes of their files
  std::vector<Damage> damages;
};

/// Reads an output folder through: whether study.json, the lists of test images and the records of all finished runs
/// can be read and belong together; whether the files of each run are those that its record has the SHA-256 of; whether
/// predictions are probabilities of the test images, and as many of them right as the record says. Writes nothing.
/// Weights are read where a run should have them and `of` asks for them. Throws Error when there is no study.json,
/// LaterFormat when a later version of ersatz wrote anything.
enum class CheckOf { everything, all_but_weights };
FolderCheck check_folder(const std::filesystem::path& out, CheckOf of = CheckOf::everything);

}  // namespace ersatz::study
