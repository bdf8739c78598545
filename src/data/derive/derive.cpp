#include "data/derive/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/derive/derive_plan.hpp"
#include "data/derive/derived_folder.hpp"
#include "data/derive/derived_manifest.hpp"
#include "data/derive/image_writer.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestName = 200;  // of a folder, in bytes

PixelHashes pixels_to_leave_out(const std::vector<fs::path>& folders) {
  PixelHashes all;
  for (const fs::path& folder : folders) {
    try {
      all.merge(used_pixels(read_derived_manifest(folder)));
    } catch (const Error& problem) {
      throw Error(fmt::format("--without {}: {}", folder.string(), problem.what()), problem.hint());
    }
  }
  return all;
}

std::string digest_of(const PixelHashes& hashes) {
  if (hashes.empty()) return "";
  Sha256 digest;
  for (const std::uint64_t hash : std::set(hashes.begin(), hashes.end())) digest.update(fmt::format("{:016x}\n", hash));
  return to_hex(digest.finish());
}

DerivedSettings settings_of(const DataSet& set, const DeriveOptions& options, const PixelHashes& without) {
  DerivedSettings settings;
  settings.kind = options.kind.text();
  settings.from = options.from;
  settings.with = options.with;
  settings.images = options.images;
  settings.seed = options.seed;
  settings.without = digest_of(without);
  settings.data = set.fingerprint;
  return settings;
}

// What differs, in words.
std::string difference(const DerivedSettings& there, const DerivedSettings& wanted) {
  const auto number = [](const std::optional<std::size_t>& images) {
    return images ? std::to_string(*images) : std::string("all");
  };
  if (there.kind != wanted.kind) return fmt::format("it is {}, not {}", there.kind, wanted.kind);
  if (there.from != wanted.from) return fmt::format("it is made from {}, not {}", there.from, wanted.from);
  if (there.with != wanted.with) return fmt::format("it is mixed with {}, not {}", there.with, wanted.with);
  if (there.images != wanted.images) {
    return fmt::format("--images was {}, not {}", number(there.images), number(wanted.images));
  }
  if (there.seed != wanted.seed) return fmt::format("--seed was {}, not {}", there.seed, wanted.seed);
  if (there.without != wanted.without) return "other images were left out (--without)";
  return "it was made from other data";
}

/// What is at the folder's place, when that is what is wanted.
DerivedSource already_there(const fs::path& folder, const DerivedSettings& wanted) {
  const DerivedManifest there = read_derived_manifest(folder);
  if (there.settings != wanted) {
    throw Error(fmt::format("{} is there already: {}", folder.string(), difference(there.settings, wanted)),
                "choose another folder with -o, or remove it first");
  }
  std::set<std::string> classes;
  for (const DerivedFile& file : there.files) {
    std::error_code code;
    classes.insert(file.stands_under);
    if (fs::exists(folder / file.file, code)) continue;
    throw Error(fmt::format("{} lacks {}, which its {} lists", folder.string(), file.file, kDerivedManifest),
                "remove the folder, so that it is made anew");
  }
  return {true, there.files.size(), classes.size()};
}

void require_folder_names(const std::vector<std::string>& classes, const std::vector<PlannedImage>& images) {
  for (const PlannedImage& image : images) {
    const std::string& name = classes[static_cast<std::size_t>(image.stands_under)];
    const bool fits = !name.empty() && name.size() <= kLongestName && name.front() != '.' && name != "__MACOSX" &&
                      name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
    if (fits) continue;
    throw Error(fmt::format("the class \"{}\" cannot be the name of a folder", name),
                "classes = { plain-name = [\"...\"] } under [data] gives it another name");
  }
}

std::string path_in_source(const Source& source, std::string_view name) {
  return source.train_folder.empty() ? std::string(name) : fmt::format("{}/{}", source.train_folder, name);
}

/// What the images are made from, before any is.
struct Preparation {
  const Source* from;
  const Source* with = nullptr;
  Candidates candidates;
  std::vector<PlannedImage> images;
};

Preparation prepare(const DataSet& set, const DeriveOptions& options, const PixelHashes& without) {
  Preparation made;
  made.from = &set.source(options.from);
  made.candidates = find_candidates(set, *made.from, without, options.seed);
  Candidates others;
  if (!options.with.empty()) {
    made.with = &set.source(options.with);
    others = find_candidates(set, *made.with, without, options.seed);
  }
  const PlanOptions plan{options.kind, options.images, options.seed, options.from, options.with};
  made.images = plan_images(plan, set.classes, made.candidates, others);
  require_folder_names(set.classes, made.images);
  return made;
}

DerivedManifest manifest_of(const DataSet& set, const DeriveOptions& options, const Preparation& made) {
  DerivedManifest manifest;
  manifest.version = options.version;
  for (const fs::path& folder : options.without) manifest.without.push_back(folder.string());
  manifest.copies = made.candidates.copies;
  manifest.of_test_images = made.candidates.of_test_images;
  manifest.left_out = made.candidates.without;
  for (const PlannedImage& image : made.images) {
    const auto name = [&](std::int32_t label) { return set.classes[static_cast<std::size_t>(label)]; };
    DerivedFile file{derived_file_name(set, image), name(image.stands_under), name(image.label), {}, {}, image.pixels};
    if (image.original.store != nullptr) {
      const Source& source = image.of_other ? *made.with : *made.from;
      file.source = source.name;
      file.original = path_in_source(source, image.original.store->file_name(image.original.index));
    } else {
      auto& hashes = manifest.estimated_from[file.true_class];
      if (hashes.empty()) {
        const auto& from = made.candidates.classes[static_cast<std::size_t>(image.label)];
        std::ranges::transform(from, std::back_inserter(hashes), &Candidate::pixels);
      }
    }
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

}  // namespace

void check_derive(const DeriveOptions& options) {
  const bool mixed = options.kind.kind == Derive::mixed;
  if (mixed && options.with.empty()) {
    throw Error(fmt::format("--kind {} takes two sources", options.kind.text()), "--with names the second one");
  }
  if (!mixed && !options.with.empty()) {
    throw Error(fmt::format("--with {}: --kind {} takes one source", options.with, options.kind.text()),
                "leave --with out, or ask for --kind mixed:SHARE");
  }
  if (mixed && options.with == options.from) {
    throw Error(fmt::format("--with {}: it is the source of --from as well", options.with), "name another source");
  }
  std::error_code code;
  if (fs::exists(fs::symlink_status(options.folder, code)) && !fs::exists(options.folder / kDerivedManifest, code)) {
    throw Error(fmt::format("{} is there already, and ersatz data derive did not make it", options.folder.string()),
                "choose another folder with -o");
  }
}

DerivedSource derive(const DataSet& set, const DeriveOptions& options) try {
  check_derive(options);
  const PixelHashes without = pixels_to_leave_out(options.without);
  const DerivedSettings settings = settings_of(set, options, without);
  if (fs::exists(options.folder)) return already_there(options.folder, settings);
  const auto say = [&](const std::string& text, std::optional<double> share) {
    if (options.on_progress) options.on_progress(text, share);
  };
  say("choosing images", std::nullopt);
  const Preparation made = prepare(set, options, without);
  const ImageWriter writer(set, options.kind, options.seed, options.threads, made.candidates, made.images, say);
  DerivedManifest manifest = manifest_of(set, options, made);
  manifest.settings = settings;
  DerivedFolder folder(options.folder);
  std::set<std::int32_t> classes;
  for (const PlannedImage& image : made.images) {
    if (classes.insert(image.stands_under).second) {
      folder.make_folder(set.classes[static_cast<std::size_t>(image.stands_under)]);
    }
  }
  writer.write_to(folder, say);
  folder.write(kDerivedManifest, to_text(manifest));
  folder.publish();
  return {false, made.images.size(), classes.size()};
} catch (const fs::filesystem_error& problem) {
  throw Error(fmt::format("cannot write {}: {}", options.folder.string(), problem.code().message()),
              "choose another folder with -o");
}

}  // namespace ersatz::data
