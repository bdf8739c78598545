#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "cluster/claim.hpp"

namespace ersatz::cluster {

/// Holds claims, and says for all of them, in a thread of its own, that this process lives: also while it waits for a
/// disk or for somebody to read its output. Releases them at the end.
class ClaimKeeper {
 public:
  /// `patience`: of others, see claim_patience().
  explicit ClaimKeeper(std::chrono::seconds patience);
  ~ClaimKeeper();
  ClaimKeeper(const ClaimKeeper&) = delete;
  ClaimKeeper& operator=(const ClaimKeeper&) = delete;

  void keep(Claim claim);
  /// Whether the claim, which was kept, is another's by now.
  bool is_lost(const std::filesystem::path& path) const;
  /// Says that this process lives, and sees whether the claim is lost, now.
  void beat(const std::filesystem::path& path);
  /// Gives up a claim that is kept; one that is lost stays the other's.
  void release(const std::filesystem::path& path);

 private:
  struct Kept {
    Claim claim;
    bool lost = false;

    void beat() { lost = lost || !claim.beat(); }
  };
  void beat_until_the_end();

  std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable ending_;
  bool ends_ = false;
  std::map<std::filesystem::path, Kept> kept_;
  std::thread thread_;
};

}  // namespace ersatz::cluster
