#pragma once

#include <cstdio>

namespace ersatz::cli {

// What the program changes about the user's terminal, and takes back however it ends: when it is done, at an error, at
// the first signal that asks for a stop, before it is suspended (Ctrl-Z) and when it crashes. Only SIGKILL cannot be
// seen. Not for two threads at once.

/// From now on a background job is not stopped for what it writes (`stty tostop`) or reads, but goes on.
void go_on_in_background();

/// Whether `stream` is a terminal where this process is a background job of the shell.
bool in_background(std::FILE* stream);

/// Standard input gives each key at once and does not show it. Does nothing after a stop was requested, and
/// where it is so already: call it again from time to time, for the shell that a suspended program comes back from has
/// set other modes. False where this process is in the background, or standard input is not its terminal.
bool read_keys();

/// Remembers that `stream` shows progress in the taskbar: it is cleared with the rest.
void note_taskbar(std::FILE* stream);

/// Whether the taskbar still shows what note_taskbar() was told of.
bool taskbar_is_noted();

/// Takes all of it back.
void restore_terminal() noexcept;

/// Whether the process was suspended and goes on since the last call: the lines it drew have others below them now.
bool came_back();

}  // namespace ersatz::cli
