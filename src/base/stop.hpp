#pragma once

namespace ersatz {

/// Makes SIGINT, SIGTERM and SIGHUP ask for a stop instead of ending the process. A second signal
/// ends it at once.
void catch_stop_signals();

/// Whether a stop was asked for. Long loops look at it between batches and throw Stopped.
bool stop_requested() noexcept;

/// Asks for a stop as a signal would; `reset` withdraws it (tests).
void request_stop() noexcept;
void reset_stop_request() noexcept;

}  // namespace ersatz
