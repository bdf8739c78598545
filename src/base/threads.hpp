#pragma once

#include <functional>

namespace ersatz {

/// Calls work(thread) in `threads` threads, numbered from 0, and waits; throws what one of them threw.
void in_threads(unsigned threads, const std::function<void(unsigned thread)>& work);

}  // namespace ersatz
