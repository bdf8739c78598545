#include "study/worker.hpp"

#include <exception>
#include <limits>
#include <new>
#include <optional>
#include <string>

#include "base/damaged_file.hpp"
#include "base/memory.hpp"
#include "base/stop.hpp"
#include "data/data_set.hpp"
#include "nn/precision.hpp"
#include "study/execute.hpp"
#include "study/output_layout.hpp"
#include "study/worker_protocol.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace {

using Kind = WorkerUpdate::Kind;

class Worker {
 public:
  Worker(std::ostream& updates,
         const std::function<void(const std::filesystem::path&, const StudyRecord&)>& write_reports)
      : updates_(updates) {
    hooks_.on_progress = [this](const train::TrainProgress& progress) {
      WorkerUpdate update;
      update.progress = progress;
      send(update);
    };
    hooks_.on_testing = [this](const std::string& source) { send_text(Kind::testing, source); };
    hooks_.on_warning = [this](const std::string& message) { send_text(Kind::warning, message); };
    hooks_.write_reports = write_reports;
  }

  void serve(const std::string& line) {
    try {
      const WorkerJob job = job_from_line(line);
      // The runs of a study share their data: opened once, mapped for all.
      if (!data_ || data_->fingerprint != job.spec.data_fingerprint) data_ = data::reopen_data_set(job.data_manifest);
      hooks_.cache = job.cache;
      hooks_.longer = job.longer;
      send_done(execute_run(job.spec, job.method, *data_, job.out, hooks_));
    } catch (const Stopped&) {
      send_text(Kind::stopped, {});
    } catch (const DamagedFile& damage) {
      // The process that handed out the run sees that the file is gone, and starts over.
      std::error_code ignored;
      std::filesystem::remove(damage.path(), ignored);
      send_text(Kind::failed, damage.what());
    } catch (const Error& problem) {
      send_text(Kind::failed, problem.what(), problem.hint());
    } catch (const std::bad_alloc&) {
      send_text(Kind::failed, "not enough memory: the system refused what this run needs", std::string(kLessMemory));
    } catch (const std::exception& problem) {
      send_text(Kind::failed, problem.what());
    }
  }

 private:
  void send(const WorkerUpdate& update) { updates_ << to_line(update) << '\n' << std::flush; }

  void send_text(Kind kind, const std::string& text, const std::string& hint = {}) {
    WorkerUpdate update;
    update.kind = kind;
    update.text = text;
    update.hint = hint;
    send(update);
  }

  void send_done(const RunRecord& record) {
    WorkerUpdate update;
    update.kind = Kind::done;
    update.epochs_run = record.epochs_run;
    update.best_round = record.best_round;
    update.seconds = record.seconds;
    update.val_accuracy = std::numeric_limits<double>::quiet_NaN();
    const train::History history = train::read_history(history_file(record.folder));
    if (record.best_round >= 1 && static_cast<std::size_t>(record.best_round) <= history.size()) {
      update.val_accuracy = history[static_cast<std::size_t>(record.best_round) - 1].val_accuracy;
    }
    send(update);
  }

  std::ostream& updates_;
  RunHooks hooks_;
  std::optional<data::DataSet> data_;
};

}  // namespace

void serve_jobs(std::istream& jobs, std::ostream& updates,
                const std::function<void(const std::filesystem::path&, const StudyRecord&)>& write_reports) {
  nn::set_thread_count(1);
  Worker worker(updates, write_reports);
  for (std::string line; !stop_requested() && std::getline(jobs, line);) worker.serve(line);
}

}  // namespace ersatz::study
