#include "data/derive/derived_folder.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

fs::path beside(const fs::path& place, std::string_view ending) {
  return place.parent_path() / fmt::format(".{}.{}", place.filename().string(), ending);
}

[[noreturn]] void refuse(const fs::path& place) {
  throw Error(fmt::format("{} is there already", place.string()), "choose another folder with -o");
}

}  // namespace

fs::path plain_path(const fs::path& path) {
  const fs::path plain = fs::absolute(path).lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

DerivedFolder::DerivedFolder(const fs::path& place)
    : place_(plain_path(place)),
      path_(beside(place_, "deriving")),
      lock_path_(beside(place_, "deriving-lock")),
      lock_((make_folders(place_.parent_path()), FileLock::attempt(lock_path_))) {
  if (!lock_.held()) {
    throw Error(fmt::format("another ersatz data derive is at work on {}", place.string()), "wait until it ends");
  }
  fs::remove_all(path_);
  ersatz::make_folder(path_);
}

DerivedFolder::~DerivedFolder() {
  if (!lock_.held()) return;
  std::error_code code;
  fs::remove_all(path_, code);
  fs::remove(lock_path_, code);
}

void DerivedFolder::make_folder(const std::string& name) { ersatz::make_folder(path_ / name); }

void DerivedFolder::write(const std::string& name, std::string_view bytes) { write_unsynced(path_ / name, bytes); }

void DerivedFolder::publish() {
  sync_file_system(path_);
  // (An empty folder would be replaced.)
  if (fs::exists(fs::symlink_status(place_)) || !publish_folder(path_, place_)) refuse(place_);
}

}  // namespace ersatz::data
