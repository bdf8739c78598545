#include <fmt/format.h>
#include <stdlib.h>

#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/archive/tar_xz.hpp"
#include "study/check.hpp"
#include "study/output_layout.hpp"
#include "study/pack.hpp"
#include "study/pack_format.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr char kNoPack[] = "ersatz pack DIR makes one of an output folder";

bool is_file(const fs::path& path) {
  std::error_code code;
  return fs::is_regular_file(path, code);
}

/// Reads a pack file by file. Nothing of it is believed before it was looked at.
class Unpacking {
 public:
  explicit Unpacking(fs::path file) : file_(std::move(file)) {}

  // pack.json, which comes first.
  PackManifest manifest() {
    data::read_tar_xz(file_,
                      {[&](const std::string& name, std::uint64_t size) { return !manifest_ && admit(name, size); },
                       [&](const std::string&, std::string_view bytes) { read_manifest(bytes); }});
    return *manifest_;
  }

  // Writes the files to `folder`, which is empty.
  void write_to(const fs::path& folder) {
    data::read_tar_xz(file_, {[&](const std::string& name, std::uint64_t size) { return admit(name, size); },
                              [&](const std::string&, std::string_view bytes) {
                                if (!manifest_) return read_manifest(bytes);
                                digest_.add(path_, bytes);
                                fs::create_directories((folder / path_).parent_path());
                                write_unsynced(folder / path_, bytes);
                              }});
    if (digest_.finish(manifest_->study) != *manifest_) throw damaged("its files are not those that it was made of");
  }

 private:
  Error damaged(const std::string& what) const {
    return Error(fmt::format("{} is damaged, or no pack that ersatz made: {}", file_.string(), what));
  }

  void read_manifest(std::string_view bytes) {
    try {
      manifest_ = pack_manifest_from_text(bytes);
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", file_.string(), problem.what()), problem.hint());
    }
    if (manifest_->study != study_) throw damaged(fmt::format("its folder is not called {}", manifest_->study));
  }

  bool admit(const std::string& name, std::uint64_t size) {
    const std::size_t slash = name.find('/');
    const std::string folder = name.substr(0, slash);
    const std::string path = slash == std::string::npos ? "" : name.substr(slash + 1);
    if (!manifest_) {
      if (path != kPackManifest || !is_plain_name(folder)) {
        throw Error(fmt::format("{} is no pack: it does not begin with {}", file_.string(), kPackManifest), kNoPack);
      }
      study_ = folder;
    } else if (folder != study_ || path <= path_ || path == kPackManifest) {
      throw damaged(fmt::format("it holds {} where no such file belongs", name));
    }
    const auto most = most_bytes_in_pack(path);
    if (!most) throw damaged(fmt::format("it holds {}, which no pack has", name));
    if (size > *most) throw damaged(fmt::format("{} has {} bytes, more than any has", name, size));
    if (manifest_) {
      if (files_ == manifest_->files || size > manifest_->bytes - bytes_) {
        throw damaged("it holds more than it says");
      }
      ++files_;
      bytes_ += size;
      path_ = path;
    }
    return true;
  }

  fs::path file_;
  std::optional<PackManifest> manifest_;
  std::string study_, path_;  // the folder of all files; the path of the last one in it
  std::size_t files_ = 0;
  std::uint64_t bytes_ = 0;
  PackDigest digest_;
};

/// A folder beside another that becomes it or goes away. One process at a time; what a kill left is deleted by the
/// next.
class FolderInTheMaking {
 public:
  explicit FolderInTheMaking(const fs::path& folder)
      : parent_(parent_of(folder)),
        made_parent_(!fs::exists(parent_)),
        path_(parent_ / fmt::format(".{}.unpacking", folder.filename().string())),
        lock_path_(path_.string() + "-lock"),
        lock_((make_folders(parent_), FileLock::attempt(lock_path_))) {
    if (!lock_.held()) {
      throw Error(fmt::format("another ersatz unpack is at work on {}", folder.string()), "wait until it ends");
    }
    fs::remove_all(path_);
    make_folder(path_);
  }
  ~FolderInTheMaking() {
    if (!lock_.held()) return;
    std::error_code code;
    fs::remove_all(path_, code);
    fs::remove(lock_path_, code);
    if (made_parent_) fs::remove(parent_, code);  // only when it is empty
  }
  FolderInTheMaking(const FolderInTheMaking&) = delete;
  FolderInTheMaking& operator=(const FolderInTheMaking&) = delete;

  const fs::path& path() const { return path_; }

 private:
  static fs::path parent_of(const fs::path& folder) {
    const fs::path parent = folder.parent_path();
    return parent.empty() ? fs::path(".") : parent;
  }

  fs::path parent_;
  bool made_parent_;
  fs::path path_, lock_path_;
  FileLock lock_;
};

// `text` without the folder that the pack is unpacked to: nobody will find it there.
std::string without(const fs::path& folder, std::string text) {
  const std::string inside = folder.string() + "/";
  for (std::size_t at = 0; (at = text.find(inside, at)) != std::string::npos;) text.erase(at, inside.size());
  return text;
}

FolderCheck check(const fs::path& file, const fs::path& folder) {
  if (!fs::exists(study_file(folder))) throw Error(fmt::format("{} holds no study.json", file.string()));
  try {
    return check_folder(folder);
  } catch (const Error& problem) {  // of a later version
    throw Error(fmt::format("{}: {}", file.string(), without(folder, problem.what())), problem.hint());
  }
}

// What the pack's own sum cannot tell: whether somebody put a folder together that no study writes.
void require_whole(const fs::path& file, const fs::path& folder, const std::string& study) {
  const FolderCheck found = check(file, folder);
  if (!found.damages.empty()) {
    const Damage& damage = found.damages.front();
    throw Error(fmt::format("{} holds what is damaged: {}", file.string(),
                            without(folder, fmt::format("{}: {}", damage.file.string(), damage.what))));
  }
  if (found.study != study)
    throw Error(fmt::format("{} is of the study {}, not {}", file.string(), found.study, study));
  if (found.packed != found.runs) throw Error(fmt::format("{} holds a run that was not packed", file.string()));
}

}  // namespace

bool is_pack(const fs::path& file) {
  if (!is_file(file)) return false;
  try {
    study_of_pack(file);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string study_of_pack(const fs::path& file) { return Unpacking(file).manifest().study; }

FolderOrPack::FolderOrPack(const fs::path& given) : path_(given), temporary_(is_file(given)) {
  if (!temporary_) return;
  if (!data::begins_as_tar_xz(given)) {
    throw Error(fmt::format("{} is neither the output folder of a study nor a pack", given.string()),
                "ersatz run STUDY --out DIR makes a folder, ersatz pack DIR a pack of it");
  }
  const std::string study = study_of_pack(given);
  std::string name = (fs::temp_directory_path() / "ersatz-pack-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw Error(fmt::format("cannot make {}: {}", name, errno_text()));
  path_ = name;
  try {
    Unpacking(given).write_to(path_);
    require_whole(given, path_, study);
  } catch (...) {
    std::error_code code;
    fs::remove_all(path_, code);
    throw;
  }
}

FolderOrPack::~FolderOrPack() {
  std::error_code code;
  if (temporary_) fs::remove_all(path_, code);
}

std::string unpack(const fs::path& file, const fs::path& out) {
  // ("out/mixing/" is "out/mixing".)
  const fs::path folder = out.has_filename() ? out : out.parent_path();
  if (fs::exists(folder) && (!fs::is_directory(folder) || !fs::is_empty(folder))) {
    throw Error(fmt::format("{} is there already", folder.string()), "choose another folder with -o");
  }
  const std::string study = study_of_pack(file);  // before anything is written
  const FolderInTheMaking making(folder);
  Unpacking(file).write_to(making.path());
  require_whole(file, making.path(), study);
  sync_file_system(making.path());
  move_into_place(making.path(), folder);
  return study;
}

}  // namespace ersatz::study
