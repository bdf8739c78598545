#include "cluster/claim_keeper.hpp"

#include <signal.h>

namespace ersatz::cluster {

ClaimKeeper::ClaimKeeper(std::chrono::seconds patience) : interval_(beat_interval(patience)) {
  // Signals are for the thread that waits for workers.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { beat_until_the_end(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ClaimKeeper::~ClaimKeeper() {
  {
    const std::lock_guard guard(mutex_);
    ends_ = true;
  }
  ending_.notify_all();
  thread_.join();
  for (auto& [path, kept] : kept_) kept.claim.release();
}

void ClaimKeeper::keep(Claim claim) {
  const std::filesystem::path path = claim.path();
  const std::lock_guard guard(mutex_);
  kept_.insert_or_assign(path, Kept{std::move(claim)});
}

bool ClaimKeeper::is_lost(const std::filesystem::path& path) const {
  const std::lock_guard guard(mutex_);
  const auto found = kept_.find(path);
  return found != kept_.end() && found->second.lost;
}

void ClaimKeeper::beat(const std::filesystem::path& path) {
  const std::lock_guard guard(mutex_);
  const auto found = kept_.find(path);
  if (found != kept_.end()) found->second.beat();
}

void ClaimKeeper::release(const std::filesystem::path& path) {
  const std::lock_guard guard(mutex_);
  const auto found = kept_.find(path);
  if (found == kept_.end()) return;
  found->second.claim.release();
  kept_.erase(found);
}

void ClaimKeeper::beat_until_the_end() {
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, interval_, [this] { return ends_; })) {
    for (auto& [path, kept] : kept_) {
      kept.beat();
    }
  }
}

}  // namespace ersatz::cluster
