#include "cluster/claim.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace ersatz::cluster {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kCountDigits = 20;     // the file begins with the count, so that one write renews it
constexpr std::size_t kMostBytes = 1 << 14;  // of a claim
constexpr std::chrono::seconds kPatience{120};

/// A file descriptor that is closed at the end.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string random_token() {
  std::array<std::byte, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Error(fmt::format("the system gives no random numbers: {}", errno_text()));
  }
  return to_hex(sha256(bytes), 32);
}

std::string first_line(const fs::path& path) {
  try {
    const std::string text = read_file(path);
    return text.substr(0, text.find('\n'));
  } catch (const Error&) {
    return {};
  }
}

// Field 22 of /proc/PID/stat, counted behind the name, which may hold anything. Nothing where there is no such process.
std::optional<std::int64_t> start_of_process(std::int64_t process) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  return number_from<std::int64_t>(field);
}

std::string this_machine() {
  std::error_code code;
  return first_line("/proc/sys/kernel/random/boot_id") + " " + fs::read_symlink("/proc/self/ns/pid", code).string();
}

Claimant new_claimant() {
  char host[HOST_NAME_MAX + 1] = "";
  ::gethostname(host, sizeof host - 1);
  const std::int64_t process = ::getpid();
  return {random_token(), host, process, this_machine(), start_of_process(process).value_or(0), 0};
}

std::string to_text(const Claimant& claimant) {
  return fmt::format("{:0{}}\n{}\n", claimant.beats, kCountDigits,
                     Json{{"token", claimant.token},
                          {"host", claimant.host},
                          {"process", claimant.process},
                          {"machine", claimant.machine},
                          {"started", claimant.started}}
                         .dump());
}

Claimant from_text(const std::string& text) {
  Claimant claimant;
  try {
    const auto beats = number_from<std::uint64_t>(text.substr(0, kCountDigits));
    if (!beats || text.size() <= kCountDigits) return claimant;
    const Json value = parse_json(text.substr(kCountDigits + 1));
    claimant.host = value.at("host").get<std::string>();
    claimant.process = value.at("process").get<std::int64_t>();
    claimant.machine = value.at("machine").get<std::string>();
    claimant.started = value.at("started").get<std::int64_t>();
    claimant.token = value.at("token").get<std::string>();
    claimant.beats = *beats;
  } catch (const std::exception&) {  // half-written, or something else altogether
    return {};
  }
  return claimant;
}

std::optional<std::string> read_all(int descriptor) {
  std::string text(kMostBytes, '\0');
  const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
  if (got < 0) return std::nullopt;  // the reason is in errno
  text.resize(static_cast<std::size_t>(got));
  return text;
}

// Whether `path` is ours now. False: it is somebody else's, or its folder is gone.
bool put(const fs::path& path, const Claimant& mine) {
  const std::string text = to_text(mine);
  if (!fs::is_directory(path.parent_path())) return false;
  try {
    AtomicFile file(path);
    file.write(text);
    if (::link(file.temporary_path().c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST || errno == ENOENT) return false;
  } catch (const Error&) {
    if (!fs::is_directory(path.parent_path())) return false;
    throw;
  }
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK) {
    throw Error(fmt::format("cannot write {}: {}", path.string(), errno_text()));
  }
  // A file system without links. Who reads the file before it is written sees a claim of nobody known.
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (file.number() < 0 && (errno == EEXIST || errno == ENOENT)) return false;
  if (file.number() < 0 || ::write(file.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw Error(fmt::format("cannot write {}: {}", path.string(), errno_text()));
  }
  return true;
}

}  // namespace

bool Claimant::is_here() const { return !machine.empty() && machine == this_machine(); }

bool Claimant::has_ended() const {
  if (!is_here()) return false;
  const auto start = start_of_process(process);
  return !start || *start != started;
}

std::optional<Claim> Claim::take(const fs::path& path) {
  Claimant mine = new_claimant();
  if (!put(path, mine)) return std::nullopt;
  return Claim(path, std::move(mine));
}

std::optional<Claim> Claim::take_over(const fs::path& path, const Claimant& seen) {
  // Of several who want it, one moves it away. What was moved may be the claim of one who came first: then it is put
  // back. Meanwhile its holder may find none, and puts its own there; so does nobody else's work harm.
  const fs::path aside = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), random_token());
  if (::rename(path.c_str(), aside.c_str()) != 0) return std::nullopt;
  const auto moved = read_claim(aside);
  const bool is_seen = moved && moved->token == seen.token && moved->beats == seen.beats;
  if (!is_seen && ::link(aside.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    ::rename(aside.c_str(), path.c_str());  // a file system without links
  }
  ::unlink(aside.c_str());
  if (!is_seen) return std::nullopt;
  return take(path);
}

bool Claim::beat() {
  const Descriptor file(path_, O_RDWR);
  if (file.number() < 0) {
    if (errno != ENOENT) return true;
    if (!fs::is_directory(path_.parent_path())) return false;
    try {
      put(path_, mine_);  // where somebody else's is there, the next beat sees it
    } catch (const Error&) {
    }
    return true;
  }
  const auto text = read_all(file.number());
  if (!text) return true;
  const Claimant holder = from_text(*text);
  if (holder.token != mine_.token) return false;
  ++mine_.beats;
  const std::string count = fmt::format("{:0{}}", mine_.beats, kCountDigits);
  [[maybe_unused]] const ssize_t written = ::pwrite(file.number(), count.data(), count.size(), 0);
  return true;
}

void Claim::release() noexcept {
  try {
    const auto holder = read_claim(path_);
    if (holder && holder->token == mine_.token) ::unlink(path_.c_str());
  } catch (const std::exception&) {  // it stands still from now on
  }
}

std::optional<Claimant> read_claim(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  const auto text = file.number() < 0 ? std::nullopt : read_all(file.number());
  // Who took this for somebody's claim would wait for ever.
  if (!text) throw Error(fmt::format("cannot read {}: {}", path.string(), errno_text()));
  return from_text(*text);
}

std::chrono::seconds claim_patience() {
  const char* text = std::getenv("ERSATZ_CLAIM_PATIENCE");
  if (text == nullptr || *text == '\0') return kPatience;
  const auto seconds = number_from<int>(text);
  if (!seconds || *seconds < 1 || *seconds > 86400) {
    throw Error(fmt::format("ERSATZ_CLAIM_PATIENCE is \"{}\": it must be a number of seconds from 1 to 86400", text));
  }
  return std::chrono::seconds(*seconds);
}

std::chrono::milliseconds beat_interval(std::chrono::seconds patience) {
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(5), patience / 16);
}

std::set<fs::path> silent_claims(std::set<fs::path> claims, std::chrono::milliseconds patience) {
  std::map<fs::path, std::pair<std::string, std::uint64_t>> first;
  const auto last = std::chrono::steady_clock::now() + patience;
  while (true) {
    std::erase_if(claims, [&](const fs::path& path) {
      const auto by = read_claim(path);
      if (!by || by->is_here()) return true;
      const auto [seen, fresh] = first.try_emplace(path, by->token, by->beats);
      return !fresh && seen->second != std::pair(by->token, by->beats);
    });
    if (claims.empty() || std::chrono::steady_clock::now() > last) return claims;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

ClaimWatch::Sight ClaimWatch::look(const fs::path& path, Clock::time_point now) {
  std::optional<Claimant> by = read_claim(path);
  if (!by) {
    known_.erase(path);
    return {};
  }
  const auto [found, fresh] = known_.try_emplace(path, Known{by->token, by->beats, now});
  Known& known = found->second;
  if (!fresh && (known.token != by->token || known.beats != by->beats)) known = {by->token, by->beats, now};
  const bool abandoned = by->has_ended() || now - known.since >= patience_;
  return {std::move(by), abandoned};
}

}  // namespace ersatz::cluster
