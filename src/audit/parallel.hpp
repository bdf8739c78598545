#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <vector>

namespace ersatz::audit {

/// Calls work(i) for each i below `count`, on up to `threads` threads. `make_work` makes the `work` of a thread, so
/// that it can have memory of its own. Throws what the first thread that failed threw, when all have ended.
inline void for_each(std::size_t count, unsigned threads,
                     const std::function<std::function<void(std::size_t)>()>& make_work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::future<void>> running;
  for (unsigned t = 0; t < threads; ++t) {
    running.push_back(std::async(std::launch::async, [&] {
      const auto work = make_work();
      for (std::size_t i = next++; i < count; i = next++) work(i);
    }));
  }
  for (auto& one : running) one.wait();
  for (auto& one : running) one.get();
}

}  // namespace ersatz::audit
