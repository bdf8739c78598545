#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ersatz::study {

/// A key of a study file, in words for people: `type`, `fallback` (its default) and `meaning` are Markdown.
struct StudyKey {
  std::string section;  ///< "study", "data", "training", "train.NAME", "train.NAME.phases"
  std::string key, type, fallback, meaning;
};

/// Every key that a study file may have, section by section; those of training come from settings_fields().
std::vector<StudyKey> study_keys();

/// The keys of one section: what its reader accepts.
std::vector<std::string> keys_of(std::string_view section);

/// "| `epochs` | integer from 1 | 20 | at most ... |": a key's row in docs/study-files.md.
std::string markdown_row(const StudyKey& key);

}  // namespace ersatz::study
