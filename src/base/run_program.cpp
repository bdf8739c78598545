#include "base/run_program.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/stop.hpp"

namespace ersatz {
namespace {

using Clock = std::chrono::steady_clock;

// Appends what there is to read; false at the end of the stream.
bool read_some(int descriptor, std::string& text) {
  char buffer[1 << 14];
  const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
  if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

}  // namespace

ProgramOutput run_program(const std::vector<std::string>& command, std::chrono::milliseconds patience) {
  constexpr int kBlink = 200;  // ms
  ProgramOutput output;
  ChildProcess process(command);
  process.close_input();
  const Clock::time_point last = Clock::now() + patience;
  pollfd waiting[2]{{process.output(), POLLIN, 0}, {process.error(), POLLIN, 0}};  // poll skips -1
  std::string* const texts[2]{&output.out, &output.err};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (stop_requested()) throw Stopped();
    if (Clock::now() >= last) {
      output.in_time = false;
      process.signal(SIGKILL);
      break;
    }
    if (::poll(waiting, 2, kBlink) <= 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (waiting[i].revents != 0 && !read_some(waiting[i].fd, *texts[i])) waiting[i].fd = -1;
    }
  }
  output.end = process.wait();
  return output;
}

std::optional<std::string> program_path(std::string_view name) {
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (true) {
    const std::size_t end = std::min(folders.find(':'), folders.size());
    const std::filesystem::path path = std::filesystem::path(folders.substr(0, end)) / name;
    std::error_code code;
    if (std::filesystem::is_regular_file(path, code) && ::access(path.c_str(), X_OK) == 0) return path.string();
    if (end == folders.size()) return std::nullopt;
    folders.remove_prefix(end + 1);
  }
}

}  // namespace ersatz
