#pragma once

#include <cstddef>
#include <vector>

namespace ersatz::cluster {

/// Runs of a study as they are packed into tasks of a batch system.
struct RunToPack {
  double cost = 0;     ///< by which parts are shared out
  double seconds = 0;  ///< that it is likely to take; 0 for a finished one
  bool finished = false;
};

/// A study in `parts` parts, of which those with unfinished runs are to be done.
struct Packing {
  struct Task {
    std::size_t part = 1;
    std::size_t runs = 0;  ///< unfinished ones
    double seconds = 0;    ///< of them, one after another
    double longest = 0;    ///< of the one that takes longest
  };
  std::size_t parts = 1;
  std::vector<Task> tasks;  ///< ascending by part
};

/// The study in so many parts.
Packing packing_of(const std::vector<RunToPack>& runs, std::size_t parts);

/// As many parts as there may be while a task takes at least `seconds` of work: each task while no run is finished,
/// else the tasks on average. A single part may take less.
Packing packing_by_time(const std::vector<RunToPack>& runs, double seconds);

}  // namespace ersatz::cluster
