#include "base/isolated.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/files.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"

namespace ersatz {
namespace {

constexpr std::size_t kOutputBytes = 1 << 18, kInputBytes = 1 << 19;
constexpr int kLookForStopEvery = 200;  // milliseconds; a signal may have reached another thread

void write_whole(int descriptor, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(descriptor, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ::_exit(1);  // nobody reads any more
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace

void run_isolated(const std::function<void()>& work, const IsolationLimits& limits) {
  IsolatedProcess child(
      IsolatedProcess::Channel::pipe, [&](int, const IsolatedProcess::Beat&) { work(); }, limits);
  child.finish();
}

void IsolatedOutput::write(const void* bytes, std::size_t size) {
  if (descriptor_ >= 0 && buffer_.size() + size > kOutputBytes) {
    flush();
    if (size >= kOutputBytes) return write_whole(descriptor_, static_cast<const char*>(bytes), size);
  }
  buffer_.append(static_cast<const char*>(bytes), size);
}

void IsolatedOutput::text(std::string_view text) {
  value(std::uint64_t{text.size()});
  write(text);
}

void IsolatedOutput::flush() {
  if (descriptor_ < 0) return;
  write_whole(descriptor_, buffer_.data(), buffer_.size());
  buffer_.clear();
}

IsolatedStream::IsolatedStream(const Work& work, const IsolationLimits& limits) {
  if (limits.sandbox && !has_own_processes()) {
    IsolatedOutput out;
    work(out);
    buffer_ = out.take();
    end_ = buffer_.size();
    return;
  }
  process_ = std::make_unique<IsolatedProcess>(
      IsolatedProcess::Channel::pipe,
      [&](int channel, const IsolatedProcess::Beat&) {
        IsolatedOutput out(channel);
        try {
          work(out);
        } catch (...) {
          out.flush();  // what came before is good
          throw;
        }
        out.flush();
      },
      limits);
  buffer_.resize(kInputBytes);
}

bool IsolatedStream::fill() {
  while (process_ != nullptr && next_ == end_) {
    pollfd waiting{process_->channel(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kLookForStopEvery);
    const ssize_t n = ready > 0 ? ::read(process_->channel(), buffer_.data(), buffer_.size()) : -1;
    if (n > 0) {
      next_ = 0;
      end_ = static_cast<std::size_t>(n);
    } else if (ready == 0 || (n < 0 && errno == EINTR)) {
      if (stop_requested()) throw Stopped();
    } else if (n < 0) {
      throw Error("cannot read from a child process: " + errno_text());
    } else {
      const auto ended = std::move(process_);
      ended->finish();
    }
  }
  return next_ < end_;
}

std::size_t IsolatedStream::read(char* out, std::size_t size) {
  std::size_t have = 0;
  while (have < size && fill()) {
    const std::size_t some = std::min(size - have, end_ - next_);
    std::copy_n(buffer_.data() + next_, some, out + have);
    next_ += some;
    have += some;
  }
  return have;
}

void IsolatedStream::read_all(char* out, std::size_t size) {
  if (read(out, size) != size) throw IsolatedFailure("the child process ended too early");
}

std::string IsolatedStream::text(std::size_t longest) {
  std::string result;
  text(longest, result);
  return result;
}

void IsolatedStream::text(std::size_t longest, std::string& text) {
  const auto size = value<std::uint64_t>();
  if (size > longest) throw IsolatedFailure(fmt::format("the child process wrote a text of {} bytes", size));
  text.resize(static_cast<std::size_t>(size));
  read_all(text.data(), text.size());
}

bool IsolatedStream::at_end() { return !fill(); }

}  // namespace ersatz
