#include "base/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace ersatz {
namespace {

void close_descriptor(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

// [0] this process, [1] the child. Close-on-exec, so that no other child holds them open.
struct Pair {
  int ends[2]{-1, -1};

  Pair() {
    // Sockets, because send() can do without SIGPIPE.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw Error(fmt::format("cannot connect to a child process: {}", std::strerror(errno)));
    }
  }
  ~Pair() {
    close_descriptor(ends[0]);
    close_descriptor(ends[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
};

// Appends what there is to read to `text`; closes `descriptor` at the end of its stream.
void read_some(int& descriptor, std::string& text) {
  char buffer[1 << 14];
  const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
  if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EINTR)) close_descriptor(descriptor);
}

}  // namespace

std::string ProcessEnd::signal_name() const { return ::strsignal(signal); }

std::string ProcessEnd::text() const {
  if (signal != 0) return fmt::format("was ended by signal {} ({})", signal, signal_name());
  return fmt::format("ended with exit code {}", exit_code);
}

ProcessEnd wait_for_process(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

std::string own_program() {
  const std::string link = "/proc/self/exe";
  // An emulator answers where the link leads, but the file behind it is its own.
  std::error_code code;
  const std::filesystem::path file = std::filesystem::read_symlink(link, code);
  const bool emulated = !code && std::filesystem::exists(file, code) && !std::filesystem::equivalent(link, file, code);
  return emulated && !code ? file.string() : link;
}

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  Pair input, output, error;
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error.ends[1], STDERR_FILENO);
  const int problem = ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) {
    pid_ = -1;
    throw Error(fmt::format("cannot start {}: {}", command.front(), std::strerror(problem)));
  }
  input_ = std::exchange(input.ends[0], -1);
  output_ = std::exchange(output.ends[0], -1);
  error_ = std::exchange(error.ends[0], -1);
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  close_descriptor(input_);
  close_descriptor(output_);
  close_descriptor(error_);
}

bool ChildProcess::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void ChildProcess::close_input() { close_descriptor(input_); }

void ChildProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

std::string ChildProcess::exchange(std::string_view input) {
  std::string text;
  if (input.empty()) close_input();
  while (output_ >= 0 || error_ >= 0) {
    pollfd waiting[3]{{input_, POLLOUT, 0}, {output_, POLLIN, 0}, {error_, POLLIN, 0}};  // poll skips -1
    if (::poll(waiting, 3, -1) < 0) {
      if (errno == EINTR) continue;
      throw Error(fmt::format("cannot talk to a child process: {}", std::strerror(errno)));
    }
    if (waiting[0].revents != 0) {
      const ssize_t sent = ::send(input_, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
      const bool refused = sent < 0 && errno != EINTR && errno != EAGAIN;  // it no longer reads
      if (input.empty() || refused) close_input();
    }
    if (waiting[1].revents != 0) read_some(output_, text);
    if (waiting[2].revents != 0) read_some(error_, text);
  }
  return text;
}

ProcessEnd ChildProcess::wait() {
  if (pid_ > 0) end_ = wait_for_process(std::exchange(pid_, -1));
  return end_;
}

}  // namespace ersatz
