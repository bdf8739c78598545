#pragma once

#include <functional>

namespace ersatz {

/// Runs `work` in a forked child and waits for it. An Error thrown there is thrown here again; a
/// crash, or more than `cpu_seconds` of processor time, is an Error that says so. For libraries
/// that a damaged or hostile file may crash. `work` must leave its results in files and must not
/// rely on threads of this process.
void run_isolated(const std::function<void()>& work, unsigned cpu_seconds);

}  // namespace ersatz
