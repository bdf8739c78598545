// A pack, as a plain tar: what is unpacked is whole, and packs as what it came out of; else nothing is left behind.

#include "study/pack.hpp"

#include <cstdio>

#include "base/json.hpp"
#include "data/archive/tar_xz.hpp"
#include "data/mend.hpp"
#include "input.hpp"
#include "mutate.hpp"
#include "study/check.hpp"
#include "study/pack_format.hpp"

namespace fuzzing = ersatz::fuzzing;
namespace study = ersatz::study;

namespace {

const fuzzing::ScratchFolder& scratch() {
  static const fuzzing::ScratchFolder folder;
  return folder;
}

// Makes pack.json, which is the first block behind the first header, fit the files behind it.
void mend_manifest(std::string& tar) {
  constexpr std::size_t kBlock = 512, kSize = 124;
  if (tar.size() < 2 * kBlock) return;
  const auto path = scratch().write("mended", tar);
  study::PackDigest digest;
  std::string name;
  fuzzing::one_error_at_most([&] {
    ersatz::data::read_tar_xz(path, {[&](const std::string&, std::uint64_t size) { return size < 1'000'000; },
                                     [&](const std::string& file, std::string_view bytes) {
                                       const std::size_t slash = std::min(file.find('/'), file.size() - 1);
                                       if (name.empty()) {
                                         name = file.substr(0, slash);
                                       } else {
                                         digest.add(std::string_view(file).substr(slash + 1), bytes);
                                       }
                                     }});
  });
  std::string text;
  try {
    text = study::to_text(digest.finish(name));
  } catch (const ersatz::Json::exception&) {
    return;  // names that are not UTF-8 stand in no manifest
  }
  if (text.size() > kBlock) return;
  tar.replace(kBlock, kBlock, text + std::string(kBlock - text.size(), '\0'));
  char octal[12];
  std::snprintf(octal, sizeof octal, "%011o", static_cast<unsigned>(text.size()));
  tar.replace(kSize, 11, octal);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, [](std::string& bytes, unsigned choice) {
    fuzzing::mend_tar(bytes, choice);
    if (choice % 4 == 0) return;
    mend_manifest(bytes);
    fuzzing::mend_tar(bytes, choice);
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = scratch().write("pack", fuzzing::text_of(data, size));
  const auto out = scratch().path() / "out", again = scratch().path() / "again";
  fuzzing::one_error_at_most([&] { study::FolderOrPack(path).path(); });
  fuzzing::one_error_at_most([&] { study::unpack(path, out); });
  if (std::filesystem::exists(out)) {
    fuzzing::require(study::check_folder(out).damages.empty());
    fuzzing::one_error_at_most([&] {  // a study without a run is not packed
      study::write_pack(out, again, {true});
      fuzzing::require(study::study_of_pack(again) == study::study_of_pack(path));
    });
  }
  std::filesystem::remove_all(out);
  std::filesystem::remove(again);
  std::filesystem::remove(scratch().path() / "mended");
  for (const auto& entry : std::filesystem::directory_iterator(scratch().path())) {
    fuzzing::require(entry.path() == path);
  }
  return 0;
}
