#include "base/stop.hpp"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace ersatz {
namespace {

using Action = void (*)() noexcept;

std::atomic<bool> g_stop{false};
std::atomic<Action> g_action{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<Action>::is_always_lock_free,
              "a signal handler uses them");

void on_signal(int number) {
  g_stop.store(true);
  if (const Action action = g_action.load()) action();
  std::signal(number, SIG_DFL);
}

}  // namespace

void catch_stop_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);  // no SA_RESTART: a blocking read or poll returns
  }
}

void at_stop_signal(Action action) noexcept { g_action.store(action); }

bool stop_requested() noexcept { return g_stop.load(std::memory_order_relaxed); }
void request_stop() noexcept { g_stop.store(true); }
void reset_stop_request() noexcept { g_stop.store(false); }

}  // namespace ersatz
