#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/claim.hpp"
#include "cluster/claim_keeper.hpp"
#include "study/run_status.hpp"
#include "study/session.hpp"

namespace ersatz::study {

/// The runs that one `ersatz run` is to do, beside others in the same output folder, on this machine and on others. A
/// run is done by the one who has claimed it.
class SharedWork {
 public:
  /// `todo`: indices of session.plan.runs. Of the session and of `todo` references are kept.
  SharedWork(const Session& session, const std::vector<std::size_t>& todo);

  struct Offer {
    enum Kind {
      ours,      ///< claimed: to be done now
      later,     ///< another is at it
      finished,  ///< another has done it
      failed,    ///< another has tried it since this object was made, and it failed
    } kind = later;
    std::string host;               ///< of the other, as far as it is known
    std::string message{}, hint{};  ///< of failed
  };
  /// Whether job `job` (an index of `todo`) can be done now. Looks at a claim of another once a second at most.
  Offer offer(std::size_t job);
  /// Whether a job that was ours is another's, because this process stood still for too long: its claim has been taken
  /// over. `look`: looks at once, and also whether it is finished; else goes by what was seen in the last seconds.
  bool is_lost(std::size_t job, bool look);
  /// A job that was ours has ended: its claim is released, and its folder deleted where nothing is left in it.
  void end(std::size_t job);

  /// Jobs that others were at when they were last looked at: their number and the names of the hosts, sorted.
  std::pair<std::size_t, std::vector<std::string>> elsewhere() const;

 private:
  struct Job {
    std::filesystem::path claim;
    std::optional<std::int64_t> failure;  ///< when an earlier failure was noted
    std::string host;                     ///< who was at it when it was last looked at
    bool waits = false;                   ///< for that one
    cluster::ClaimWatch::Clock::time_point looked{};
  };
  bool is_finished(std::size_t job) const;
  std::optional<Offer> ended_elsewhere(std::size_t job) const;

  const Session& session_;
  const std::vector<std::size_t>& todo_;
  WholePredictions whole_;
  std::vector<Job> jobs_;
  std::size_t waiting_ = 0;
  cluster::ClaimWatch watch_;
  cluster::ClaimKeeper keeper_;
};

}  // namespace ersatz::study
