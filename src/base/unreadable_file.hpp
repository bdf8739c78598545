#pragma once

#include "base/error.hpp"

namespace ersatz {

/// The system does not hand out a file that is there: no rights, too many open files, a disk or network that fails.
/// What it holds may be whole, so nobody may take it for damaged.
class UnreadableFile : public Error {
 public:
  using Error::Error;
};

}  // namespace ersatz
