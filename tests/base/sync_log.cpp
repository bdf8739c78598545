#include "base/sync_log.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

namespace ersatz::testing {
namespace {

std::mutex mutex;
bool logging = false;
std::vector<std::string> log;

void note(const std::string& call) {
  const std::lock_guard guard(mutex);
  if (logging) log.push_back(call);
}

std::string path_of(int descriptor) {
  std::error_code code;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), code).string();
}

}  // namespace

SyncLog::SyncLog() {
  const std::lock_guard guard(mutex);
  log.clear();
  logging = true;
}

SyncLog::~SyncLog() {
  const std::lock_guard guard(mutex);
  logging = false;
}

const std::vector<std::string>& SyncLog::calls() const { return log; }

std::string SyncLog::problem_with(const std::filesystem::path& path) const {
  const auto named = std::ranges::find_if(
      log, [&](const std::string& call) { return call.starts_with("rename ") && call.ends_with(" " + path.string()); });
  if (named == log.end()) return "it was not renamed";
  const std::string from = named->substr(7, named->size() - 7 - 1 - path.string().size());
  if (std::find(log.begin(), named, "sync " + from) == named) return from + " was not synced before";
  const std::string folder = path.parent_path().string();
  if (std::find(named, log.end(), "sync " + folder) == log.end()) return folder + " was not synced afterwards";
  return {};
}

}  // namespace ersatz::testing

// (Names of the C library, which has them without these.)
extern "C" int fsync(int descriptor) {
  ersatz::testing::note("sync " + ersatz::testing::path_of(descriptor));
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  ersatz::testing::note(std::string("rename ") + from + " " + to);
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
