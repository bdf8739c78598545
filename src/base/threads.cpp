#include "base/threads.hpp"

#include <future>
#include <vector>

namespace ersatz {

void in_threads(unsigned threads, const std::function<void(unsigned)>& work) {
  std::vector<std::future<void>> others;
  for (unsigned t = 1; t < threads; ++t) others.push_back(std::async(std::launch::async, work, t));
  work(0);
  for (auto& other : others) other.get();
}

}  // namespace ersatz
