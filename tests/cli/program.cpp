#include "cli/program.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <tuple>

namespace ersatz::testing {
namespace {

std::vector<std::string> command(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{ERSATZ_BINARY};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments)
    : process_((::setenv("ERSATZ_LOG_SECONDS", "0", 0), command(arguments))) {  // tests wait for epochs
  process_.close_input();
}

// Waits for either stream; false when both have ended.
bool Program::read_some() {
  pollfd waiting[2]{{out_open_ ? process_.output() : -1, POLLIN, 0}, {err_open_ ? process_.error() : -1, POLLIN, 0}};
  if (!out_open_ && !err_open_) return false;
  if (::poll(waiting, 2, -1) < 0) return errno == EINTR;
  char buffer[4096];
  for (const auto& [stream, text, open] :
       {std::tuple{&waiting[0], &outcome_.out, &out_open_}, std::tuple{&waiting[1], &outcome_.err, &err_open_}}) {
    if (stream->revents == 0) continue;
    const ssize_t got = ::read(stream->fd, buffer, sizeof buffer);
    if (got > 0) text->append(buffer, static_cast<std::size_t>(got));
    if (got == 0) *open = false;
  }
  return true;
}

bool Program::wait_for(const std::string& text) {
  while (outcome_.out.find(text) == std::string::npos) {
    if (!read_some()) return outcome_.out.find(text) != std::string::npos;
  }
  return true;
}

std::vector<pid_t> Program::children() const {
  const std::string pid = std::to_string(process_.pid());
  std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
  std::vector<pid_t> result;
  for (pid_t child; file >> child;) result.push_back(child);
  return result;
}

Outcome Program::finish() {
  while (read_some()) {
  }
  const ProcessEnd end = process_.wait();
  if (end.signal == 0) outcome_.code = end.exit_code;
  return outcome_;
}

Outcome run_ersatz(const std::vector<std::string>& arguments) { return Program(arguments).finish(); }

}  // namespace ersatz::testing
