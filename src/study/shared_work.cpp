#include "study/shared_work.hpp"

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/json.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

// Claims of others are on a disk that others need too: at most so many are looked at in a second.
constexpr int kLooksPerSecond = 50;

std::optional<std::int64_t> time_of(const fs::path& file) {
  std::error_code code;
  const auto time = fs::last_write_time(file, code);
  if (code) return std::nullopt;
  return time.time_since_epoch().count();
}

}  // namespace

SharedWork::SharedWork(const Session& session, const std::vector<std::size_t>& todo)
    : session_(session),
      todo_(todo),
      whole_(whole_predictions(session)),
      watch_(cluster::claim_patience()),
      keeper_(cluster::claim_patience()) {
  for (const std::size_t run : todo) {
    const fs::path partial = partial_folder(session.out, session.plan.runs[run].id);
    jobs_.push_back({claim_file(partial), time_of(failure_file(partial)), {}, false, {}});
  }
}

bool SharedWork::is_finished(std::size_t job) const {
  const PlannedRun& run = session_.plan.runs[todo_[job]];
  return study::is_finished(session_.out, run.id, run.spec.test_on, whole_);
}

std::optional<SharedWork::Offer> SharedWork::ended_elsewhere(std::size_t job) const {
  if (is_finished(job)) return Offer{Offer::finished, jobs_[job].host};
  const fs::path file = failure_file(jobs_[job].claim.parent_path());
  const auto time = time_of(file);
  if (!time || time == jobs_[job].failure) return std::nullopt;
  const Failure failure = read_failure(file);
  return Offer{Offer::failed, jobs_[job].host, failure.message, failure.hint};
}

SharedWork::Offer SharedWork::offer(std::size_t job) {
  Job& known = jobs_[job];
  const auto now = cluster::ClaimWatch::Clock::now();
  const auto interval = std::chrono::milliseconds(1000 * std::max<std::size_t>(1, waiting_ / kLooksPerSecond));
  if (known.waits && now - known.looked < interval) return {Offer::later, known.host};
  known.looked = now;
  waiting_ -= std::exchange(known.waits, false) ? 1 : 0;

  if (const auto ended = ended_elsewhere(job)) return *ended;
  const cluster::ClaimWatch::Sight sight = watch_.look(known.claim);
  if (!sight.by) make_folder(known.claim.parent_path());
  auto claim = !sight.by         ? cluster::Claim::take(known.claim)
               : sight.abandoned ? cluster::Claim::take_over(known.claim, *sight.by)
                                 : std::nullopt;
  if (!claim) {
    ++waiting_;
    known.waits = true;
    if (sight.by) known.host = sight.by->host;
    return {Offer::later, known.host};
  }
  keeper_.keep(std::move(*claim));
  // Between the look and the claim it may have been finished.
  if (const auto ended = ended_elsewhere(job)) {
    end(job);
    return *ended;
  }
  return {Offer::ours, {}};
}

bool SharedWork::is_lost(std::size_t job, bool look) {
  if (look) keeper_.beat(jobs_[job].claim);
  return keeper_.is_lost(jobs_[job].claim) || (look && is_finished(job));
}

void SharedWork::end(std::size_t job) {
  keeper_.release(jobs_[job].claim);
  std::error_code code;
  fs::remove(jobs_[job].claim.parent_path(), code);  // only when it is empty
}

std::pair<std::size_t, std::vector<std::string>> SharedWork::elsewhere() const {
  std::set<std::string> hosts;
  for (const Job& job : jobs_) {
    if (job.waits && !job.host.empty()) hosts.insert(job.host);
  }
  return {waiting_, {hosts.begin(), hosts.end()}};
}

}  // namespace ersatz::study
