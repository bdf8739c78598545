#include "data/import/shards.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The words of a name, in lower case: runs of letters. "train-images-idx3" -> train, images, idx.
std::vector<std::string> words_in(std::string_view name) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < name.size();) {
    std::string word;
    while (i < name.size() && is_letter(name[i])) word += static_cast<char>(name[i++] | 0x20);
    if (!word.empty()) words.push_back(std::move(word));
    while (i < name.size() && !is_letter(name[i])) ++i;
  }
  return words;
}

std::optional<NamedSplit> split_of_word(std::string_view word) {
  if (word == "train" || word == "training") return NamedSplit::train;
  if (word == "test" || word == "testing") return NamedSplit::test;
  if (word == "validation" || word == "valid" || word == "val" || word == "dev") return NamedSplit::validation;
  return {};
}

/// The first word of one path component that names a split. "train-images-idx3" -> train.
std::optional<NamedSplit> split_in(std::string_view part) {
  for (const std::string& word : words_in(part)) {
    if (const auto split = split_of_word(word)) return split;
  }
  return {};
}

std::string common_folder(const std::vector<const Shard*>& shards) {
  std::string common = shards.front()->path.substr(0, shards.front()->path.rfind('/') + 1);
  for (const Shard* shard : shards) {
    while (!shard->path.starts_with(common)) common.resize(common.rfind('/', common.size() - 2) + 1);
  }
  return common;
}

}  // namespace

std::optional<NamedSplit> named_split(std::string_view path) {
  while (true) {
    const std::size_t slash = path.rfind('/');
    const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
    if (const auto split = split_in(path.substr(start))) return split;
    if (start == 0) return {};
    path = path.substr(0, slash);
  }
}

std::optional<NamedSplit> folder_split(std::string_view folder) {
  constexpr std::string_view kBeside = "_- ";
  if (!std::ranges::all_of(folder, [&](char c) { return is_letter(c) || kBeside.find(c) != kBeside.npos; })) return {};
  constexpr std::string_view kFillers[] = {"set",    "sets", "data", "dataset", "images", "image",
                                           "photos", "imgs", "img",  "seg",     "split",  "folder"};
  std::optional<NamedSplit> split;
  for (const std::string& word : words_in(folder)) {
    if (std::ranges::find(kFillers, word) != std::end(kFillers)) continue;
    const auto named = split_of_word(word);
    if (!named || split) return {};
    split = named;
  }
  return split;
}

std::vector<Shard> choose_shards(const std::vector<Shard>& all, std::vector<IgnoredFiles>& ignored) {
  const auto has = [&](NamedSplit split) {
    return std::any_of(all.begin(), all.end(), [&](const Shard& shard) { return shard.split == split; });
  };
  const bool test = has(NamedSplit::test);
  const bool named = test || has(NamedSplit::train) || has(NamedSplit::validation);
  if (!named) return all;
  IgnoredFiles validation{"for validation, beside others for testing", {}, 0};
  IgnoredFiles other{"of a split that is neither train, test nor validation", {}, 0};
  std::vector<Shard> chosen;
  for (Shard shard : all) {
    IgnoredFiles* reason = nullptr;
    if (!shard.split && named) reason = &other;
    if (shard.split == NamedSplit::validation && test) reason = &validation;
    if (reason == nullptr) {
      if (shard.split == NamedSplit::validation) shard.split = NamedSplit::test;
      chosen.push_back(std::move(shard));
    } else if (++reason->count == 1) {
      reason->example = shard.path;
    }
  }
  for (const IgnoredFiles& reason : {validation, other}) {
    if (reason.count > 0) ignored.push_back(reason);
  }
  return chosen;
}

std::vector<PlannedSplit> plan_shards(const std::vector<Shard>& shards, const std::string& source) {
  std::vector<PlannedSplit> splits;
  using Named = std::optional<NamedSplit>;
  for (const auto& [split, named] :
       {std::pair{std::optional(Split::train), Named(NamedSplit::train)},
        std::pair{std::optional(Split::test), Named(NamedSplit::test)}, std::pair{std::optional<Split>(), Named()}}) {
    std::vector<const Shard*> own;
    for (const Shard& shard : shards) {
      if (shard.images > 0 && shard.split == named) own.push_back(&shard);
    }
    if (own.empty()) continue;
    const std::string folder = common_folder(own);
    PlannedSplit planned{
        source, split, folder.substr(0, folder.rfind('/') == std::string::npos ? 0 : folder.size() - 1), {}};
    for (const Shard* shard : own) {
      planned.files.push_back({shard->file, shard->path.substr(folder.size()), 0, shard->images, shard->member});
    }
    std::sort(planned.files.begin(), planned.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    splits.push_back(std::move(planned));
  }
  return splits;
}

bool has_ending(std::string_view path, std::string_view ending) {
  return path.size() > ending.size() &&
         std::equal(ending.begin(), ending.end(), path.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b); });
}

void throw_no_source(const std::filesystem::path& path, const std::string& what) {
  throw NamesNoSource(fmt::format("{} holds {}, which name no source", path.string(), what),
                      "give it to a source in the study file: [data.sources] REAL = \"...\"");
}

}  // namespace ersatz::data
