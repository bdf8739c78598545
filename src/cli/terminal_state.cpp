#include "cli/terminal_state.hpp"

#include <pthread.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <exception>
#include <initializer_list>

#include "base/stop.hpp"
#include "cli/taskbar.hpp"

namespace ersatz::cli {
namespace {

termios g_modes{};                     // before read_keys()
std::atomic<bool> g_modes_set{false};  // g_modes hold, and the terminal has others
std::atomic<int> g_taskbar{-1};        // descriptor of the terminal that shows progress
std::atomic<bool> g_came_back{false};

bool is_foreground(int descriptor) { return ::tcgetpgrp(descriptor) == ::getpgrp(); }

void on_continue(int) { g_came_back.store(true); }

void on_crash(int number) {
  restore_terminal();
  std::raise(number);  // SA_RESETHAND: the default now
}

void on_suspend(int number);

void set_handler(int number, void (*handler)(int), int flags) {
  struct sigaction action {
  }, before{};
  if (::sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) return;  // a sanitizer's, or nohup
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

void on_suspend(int number) {
  const int kept = errno;
  restore_terminal();
  std::signal(number, SIG_DFL);
  sigset_t this_one, masked;
  sigemptyset(&this_one);
  sigaddset(&this_one, number);
  std::raise(number);
  ::pthread_sigmask(SIG_UNBLOCK, &this_one, &masked);  // it stops here
  ::pthread_sigmask(SIG_SETMASK, &masked, nullptr);
  set_handler(number, on_suspend, SA_RESTART);
  errno = kept;
}

// In a forked child. What was ignored from the beginning stays ignored.
void reset_own_handler(int number) {
  struct sigaction now {};
  if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) std::signal(number, SIG_DFL);
}

void catch_signals() {
  static const bool once = [] {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT}) {
      set_handler(number, on_crash, SA_RESETHAND | SA_NODEFER);
    }
    set_handler(SIGTSTP, on_suspend, SA_RESTART);
    set_handler(SIGCONT, on_continue, SA_RESTART);
    at_stop_signal(restore_terminal);
    static const std::terminate_handler terminate = std::set_terminate([] {
      restore_terminal();
      terminate();
    });
    // A forked child has nothing to take back, and may be forbidden to.
    ::pthread_atfork(nullptr, nullptr, [] {
      g_modes_set.store(false);
      g_taskbar.store(-1);
      for (const int number : {SIGQUIT, SIGTSTP, SIGCONT, SIGILL}) reset_own_handler(number);
    });
    return true;
  }();
  (void)once;
}

// Without SIGTTOU, which would stop a process that has just been put into the background.
void set_modes(const termios& modes) noexcept {
  sigset_t background, before;
  sigemptyset(&background);
  sigaddset(&background, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &background, &before);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void go_on_in_background() {
  for (const int number : {SIGTTIN, SIGTTOU}) std::signal(number, SIG_IGN);
}

bool in_background(std::FILE* stream) {
  const pid_t foreground = ::tcgetpgrp(::fileno(stream));
  return foreground > 0 && foreground != ::getpgrp();
}

bool read_keys() {
  catch_signals();
  termios modes{};
  if (stop_requested() || !is_foreground(STDIN_FILENO) || ::tcgetattr(STDIN_FILENO, &modes) != 0) return false;
  if ((modes.c_lflag & (ICANON | ECHO)) == 0) return true;
  g_modes_set.store(false);
  g_modes = modes;
  g_modes_set.store(true);
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // signals by Ctrl-C and Ctrl-Z stay
  modes.c_cc[VMIN] = 0;
  modes.c_cc[VTIME] = 0;
  set_modes(modes);
  if (stop_requested()) restore_terminal();  // the handler may have come in between
  return true;
}

void note_taskbar(std::FILE* stream) {
  catch_signals();
  g_taskbar.store(::fileno(stream));
}

bool taskbar_is_noted() { return g_taskbar.load() >= 0; }

void restore_terminal() noexcept {
  const int kept = errno;
  if (const int descriptor = g_taskbar.exchange(-1); descriptor >= 0) {
    [[maybe_unused]] const ssize_t written = ::write(descriptor, kClearTaskbar.data(), kClearTaskbar.size());
  }
  // In the background the modes are the shell's by now.
  if (g_modes_set.exchange(false) && is_foreground(STDIN_FILENO)) set_modes(g_modes);
  errno = kept;
}

bool came_back() { return g_came_back.exchange(false); }

}  // namespace ersatz::cli
