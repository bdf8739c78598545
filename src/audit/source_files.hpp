#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/encoding.hpp"
#include "data/data_set.hpp"
#include "data/import/size_survey.hpp"

namespace ersatz::audit {

/// How the files of a source were encoded.
struct SourceFiles {
  std::string source;
  std::size_t training = 0, testing = 0;         ///< images
  std::size_t files = 0;                         ///< 0 where its images are no files (arrays)
  std::map<std::string, std::size_t> encodings;  ///< "JPEG, quality 75, 4:2:0" -> how many
  data::SizeCounts sizes;                        ///< in pixels, as they stand in the files
  std::map<std::string, std::size_t> notes;      ///< "EXIF", "PNG text parameters" -> how many files have it
  double bytes_per_pixel = 0;                    ///< of all whose size is known together
};

/// "JPEG, quality 75, 4:2:0", "JPEG, tables of its own (mean divisor 5.3), 4:4:4, progressive", "PNG, grey".
std::string describe(const Encoding& encoding);

/// What every image is known to be encoded as, of those whose files' hashes are asked for.
using Encodings = std::unordered_map<std::uint64_t, Encoding>;

/// Reads the files of `location` once: counts for each source of `set`, in its order; and fills `wanted`, whose keys
/// are the hashes of files (ImageStore::file_hash()). Throws as visit_image_files() does.
std::vector<SourceFiles> read_source_files(const data::DataSet& set, const data::DataLocation& location,
                                           Encodings& wanted);

/// The values of Evidence::encoder: the same number for every file.
void append_encoder_values(const Encoding& encoding, std::vector<float>& values);

/// The most frequent notes of these files, at most 32: the columns of Evidence::metadata.
std::vector<std::string> frequent_notes(const Encodings& encodings);
/// 1 for each of the `kinds` of notes that a file has, 0 for the others.
void append_metadata_values(const Encoding& encoding, const std::vector<std::string>& kinds,
                            std::vector<float>& values);

}  // namespace ersatz::audit
