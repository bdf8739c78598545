#pragma once

namespace ersatz {

/// Thrown by long work when stop_requested() has become true. Nothing has failed: what was finished is on
/// disk, and the same command continues from there. Not a std::exception, so that no handler of errors
/// takes it for one.
struct Stopped {};

/// Makes SIGINT, SIGTERM, SIGHUP and SIGUSR1 (which batch systems send before a time limit) ask for a stop instead of
/// ending the process. A second signal of the same kind ends it at once.
void catch_stop_signals();

/// `action` is called by the handler of each of these signals, also before the signal that ends the process. It may do
/// only what a signal handler may.
void at_stop_signal(void (*action)() noexcept) noexcept;

/// Whether a stop was asked for. Long loops check it between batches and throw Stopped.
bool stop_requested() noexcept;

/// Asks for a stop as a signal would. The reset withdraws it: for tests.
void request_stop() noexcept;
void reset_stop_request() noexcept;

}  // namespace ersatz
