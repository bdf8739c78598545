#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace ersatz::cli {

/// The last lines on a terminal, drawn again in place. Whatever else is printed there is printed between erase() and
/// the next draw().
class RedrawnLines {
 public:
  explicit RedrawnLines(std::FILE* stream) : stream_(stream) {}

  /// In one write. Lines that are wider than the terminal are cut, and those that it is too low for are left out, but
  /// not the last one.
  void draw(std::vector<std::string> lines);
  void erase();
  /// What was drawn stays where it is, for others have written below.
  void leave() { drawn_.clear(); }

 private:
  std::string to_their_beginning() const;

  std::FILE* stream_;
  std::vector<std::size_t> drawn_;  // columns of each line
};

}  // namespace ersatz::cli
