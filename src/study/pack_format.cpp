#include "study/pack_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "study/output_layout.hpp"
#include "study/test_looks.hpp"

namespace ersatz::study {
namespace {

constexpr int kFormat = 1;
constexpr std::uint64_t kKilobyte = 1024, kMegabyte = 1024 * kKilobyte;
constexpr std::size_t kLongestName = 255;  // of one file or folder, as file systems have it

std::array<char, 8> eight_bytes(std::uint64_t number) {
  std::array<char, 8> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>(number & 255);
    number >>= 8;
  }
  return bytes;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_name(std::string_view part) {
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !part.empty() && part.size() <= kLongestName && part.front() != '.' && std::ranges::none_of(part, control);
}

// Whether `name` is that of a file of a source: "classes-REAL.npy".
bool is_between(std::string_view name, std::string_view before, std::string_view after) {
  return name.size() > before.size() + after.size() && name.starts_with(before) && name.ends_with(after);
}

}  // namespace

std::string to_text(const PackManifest& manifest) {
  const Json value{{"format", kFormat},
                   {"study", manifest.study},
                   {"files", manifest.files},
                   {"bytes", manifest.bytes},
                   {"sha256", manifest.sha256}};
  return value.dump(2) + "\n";
}

PackManifest pack_manifest_from_text(std::string_view text) {
  PackManifest manifest;
  try {
    const Json value = parse_json(text);
    if (const int format = value.at("format").get<int>(); format != kFormat) {
      throw Error(
          fmt::format("it is a pack of format {}, which this version does not read (it reads {})", format, kFormat),
          "a later version of ersatz made it: unpack it with that one");
    }
    value.at("study").get_to(manifest.study);
    value.at("files").get_to(manifest.files);
    value.at("bytes").get_to(manifest.bytes);
    value.at("sha256").get_to(manifest.sha256);
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("its {} is not as ersatz writes it: {}", kPackManifest, problem.what()));
  }
  if (manifest.files > kMostPackFiles || manifest.bytes > kMostPackBytes) {
    throw Error(fmt::format("it says to hold {} files of {} together; a pack has at most {} of {}", manifest.files,
                            format_bytes(manifest.bytes), format_count(kMostPackFiles), format_bytes(kMostPackBytes)));
  }
  return manifest;
}

PackDigest::PackDigest() { hash_.update("ersatz pack 1\n"); }

void PackDigest::add(std::string_view path, std::string_view bytes) {
  for (const std::string_view text : {path, bytes}) {
    const auto size = eight_bytes(text.size());
    hash_.update(size.data(), size.size());
    hash_.update(text);
  }
  ++sum_.files;
  sum_.bytes += bytes.size();
}

PackManifest PackDigest::finish(const std::string& study) {
  sum_.study = study;
  sum_.sha256 = to_hex(hash_.finish());
  return sum_;
}

std::optional<std::uint64_t> most_bytes_in_pack(std::string_view path) {
  const std::vector<std::string_view> parts = parts_of(path);
  if (!std::ranges::all_of(parts, is_name)) return std::nullopt;
  const std::string_view name = parts.back();
  if (parts.size() == 1) {
    if (name == kPackManifest) return 64 * kKilobyte;
    if (name == study_file("").string()) return 64 * kMegabyte;
    if (name == test_looks_file("").string()) return 2 * kMostBytesOfLooks;
  } else if (parts.size() == 2) {
    const std::string list = test_images_file("", "").filename().string();  // behind the name of the source
    if (parts[0] == data_folder("").string() && is_between(name, "", list)) return 256 * kMegabyte;
  } else if (parts.size() == 3 && parts[0] == "runs") {
    if (name == run_file("").string() || name == model_card_file("").string()) return kMegabyte;
    if (name == history_file("").string()) return 16 * kMegabyte;
    if (is_between(name, "classes-", ".npy") || is_between(name, "probabilities-", ".npy")) return 256 * kMegabyte;
  }
  return std::nullopt;
}

}  // namespace ersatz::study
