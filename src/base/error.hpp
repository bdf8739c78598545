#pragma once

#include <stdexcept>
#include <string>

namespace ersatz {

/// What every room throws when input, a file or the machine does not allow what was asked.
/// `what()` says what happened and where (file, entry, line); `hint()` says what to do about it
/// and may be empty. Libraries never print and never exit: the command line prints both.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what_happened, std::string hint = {})
      : std::runtime_error(what_happened), hint_(std::move(hint)) {}

  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

}  // namespace ersatz
