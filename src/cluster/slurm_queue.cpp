#include "cluster/slurm_queue.hpp"

#include <algorithm>
#include <array>

#include "cluster/slurm_array.hpp"

namespace ersatz::cluster {
namespace {

// The text up to `separator`, which is taken off `rest` together with it.
std::string_view take_field(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return field;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::size_t tasks_of(std::string_view id) {
  const std::size_t open = id.find("_[");
  if (open == std::string_view::npos) return 1;
  return count_tasks(id.substr(open + 2, id.find(']') - open - 2));
}

}  // namespace

bool QueueEntry::waits() const {
  constexpr std::array<std::string_view, 5> kWaiting{"PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD",
                                                     "SPECIAL_EXIT"};
  return std::find(kWaiting.begin(), kWaiting.end(), state) != kWaiting.end();
}

std::vector<QueueEntry> read_queue(std::string_view text) {
  std::vector<QueueEntry> entries;
  while (!text.empty()) {
    std::string_view line = take_field(text, '\n');
    QueueEntry entry;
    entry.id = take_field(line, '|');
    entry.state = take_field(line, '|');
    entry.reason = take_field(line, '|');
    entry.name = line;
    entry.tasks = tasks_of(entry.id);
    if (is_number(entry.id.substr(0, entry.id.find('_'))) && !entry.state.empty() && entry.tasks > 0) {
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

std::string submitted_job(std::string_view text) {
  const std::string_view line = take_field(text, '\n');
  const std::string_view job = line.substr(0, line.find(';'));
  return is_number(job) ? std::string(job) : std::string();
}

}  // namespace ersatz::cluster
