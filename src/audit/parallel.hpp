#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>

#include "base/threads.hpp"

namespace ersatz::audit {

/// Calls work(i) for each i below `count`, on up to `threads` threads. `make_work` makes the `work` of a thread, so
/// that it can have memory of its own. Where one throws, no more is begun, and it is thrown when all have ended.
inline void for_each(std::size_t count, unsigned threads,
                     const std::function<std::function<void(std::size_t)>()>& make_work) {
  std::atomic<std::size_t> next{0};
  in_threads(std::max(1U, std::min(threads, static_cast<unsigned>(count))), [&](unsigned) {
    try {
      const auto work = make_work();
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      throw;
    }
  });
}

}  // namespace ersatz::audit
