#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace ersatz::cluster {

/// The process that has claimed something, and how often it has said so.
struct Claimant {
  std::string token;  ///< of this claim alone: 32 hexadecimal digits
  std::string host;
  std::int64_t process = 0;
  std::string machine;       ///< one boot of one machine, and the namespace that `process` is of
  std::int64_t started = 0;  ///< when the process started, in clock ticks after the boot
  std::uint64_t beats = 0;   ///< how often it has said that it lives

  /// Whether it runs, or ran, where this process can see whether it lives.
  bool is_here() const;
  /// Whether it is known that the process has ended: it ran here, and is not there any more.
  bool has_ended() const;
};

/// A file that says that one process, on whatever machine, is at work on something. It appears by link(), which
/// succeeds for one of many, on NFS too, and its holder counts up in it. Locks of the system alone would not do: a
/// machine that died can hold them for ever.
class Claim {
 public:
  /// Claims `path`, whose folder is there. Nothing when somebody else has it, or the folder is gone. Throws Error when
  /// the file system fails.
  static std::optional<Claim> take(const std::filesystem::path& path);
  /// The same where somebody has it who lives no more: nothing when the claim is not the one that was `seen`.
  static std::optional<Claim> take_over(const std::filesystem::path& path, const Claimant& seen);

  const std::filesystem::path& path() const { return path_; }
  /// Counts up. False when the claim is another's now: the work must end. True also when the file system fails: it may
  /// be back before anybody's patience ends.
  bool beat();
  /// Deletes the file, when it is still this claim's.
  void release() noexcept;

 private:
  Claim(std::filesystem::path path, Claimant mine) : path_(std::move(path)), mine_(std::move(mine)) {}

  std::filesystem::path path_;
  Claimant mine_;
};

/// Whose claim `path` is; nothing when there is none. Of a file that holds something else all fields are empty. Throws
/// Error when the file cannot be read.
std::optional<Claimant> read_claim(const std::filesystem::path& path);

/// Those of `claims`, of processes that are not here, which do not count up before `patience` is over. Waits no longer
/// than it must.
std::set<std::filesystem::path> silent_claims(std::set<std::filesystem::path> claims,
                                              std::chrono::milliseconds patience);

/// How long a claim may stand still until others take it over: 120 s, or ERSATZ_CLAIM_PATIENCE seconds. Throws Error
/// when that is no number of seconds from 1 to 86,400.
std::chrono::seconds claim_patience();

/// How often a claim counts up where this is the patience of others.
std::chrono::milliseconds beat_interval(std::chrono::seconds patience);

/// Watches claims of others. Clocks of several machines are not compared: a claim is abandoned when its count has not
/// changed for so long by the monotonic clock of this process, or its process is known to have ended.
class ClaimWatch {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ClaimWatch(std::chrono::seconds patience) : patience_(patience) {}

  struct Sight {
    std::optional<Claimant> by;  ///< nothing: free
    bool abandoned = false;
  };
  Sight look(const std::filesystem::path& path, Clock::time_point now = Clock::now());

 private:
  struct Known {
    std::string token;
    std::uint64_t beats = 0;
    Clock::time_point since;
  };
  std::chrono::seconds patience_;
  std::map<std::filesystem::path, Known> known_;
};

}  // namespace ersatz::cluster
