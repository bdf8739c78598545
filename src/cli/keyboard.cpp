#include "cli/keyboard.hpp"

#include <poll.h>
#include <unistd.h>

#include "cli/terminal_state.hpp"

namespace ersatz::cli {

Keyboard::Keyboard(bool wanted) : wanted_(wanted && ::isatty(STDIN_FILENO) != 0) {
  if (wanted_) read_keys();
}

Keyboard::~Keyboard() {
  if (wanted_) restore_terminal();
}

std::string Keyboard::typed() {
  if (!wanted_ || !read_keys()) return "";
  char keys[64];
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  if (::poll(&waiting, 1, 0) <= 0 || (waiting.revents & POLLIN) == 0) return "";
  const ssize_t got = ::read(STDIN_FILENO, keys, sizeof keys);
  if (got <= 0) return "";
  return {keys, static_cast<std::size_t>(got)};
}

}  // namespace ersatz::cli
