#include "base/isolated_service.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <new>
#include <utility>

namespace ersatz {
namespace {

constexpr int kLookEvery = 1000;  // milliseconds

/// In the child. False at the end of what comes; then nobody asks any more.
bool read_whole(int descriptor, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::read(descriptor, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_whole(int descriptor, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(descriptor, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

void serve(int channel, const IsolatedService::Handler& handler, const IsolatedProcess::Beat& beat) {
  std::string request, answer;
  std::uint64_t size = 0;
  while (read_whole(channel, reinterpret_cast<char*>(&size), sizeof size)) {
    request.resize(size);
    if (!read_whole(channel, request.data(), request.size())) return;
    answer.assign(sizeof size, '\0');
    answer += handler(request, beat);
    size = answer.size() - sizeof size;
    answer.replace(0, sizeof size, reinterpret_cast<const char*>(&size), sizeof size);
    if (!write_whole(channel, answer.data(), answer.size())) return;
  }
}

}  // namespace

SharedMemory::SharedMemory(std::size_t size) : size_(size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(memory);
}

SharedMemory::~SharedMemory() { ::munmap(data_, size_); }

void SharedMemory::forget(std::size_t begin) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t from = (begin + page - 1) / page * page;
  if (from < size_) ::madvise(data_ + from, size_ - from, MADV_REMOVE);
}

IsolatedService::IsolatedService(Handler handler, const IsolationLimits& limits)
    : handler_(std::move(handler)), limits_(limits) {}

void IsolatedService::start() {
  if (process_ != nullptr) return;
  IsolationLimits limits = limits_;  // the time of each part is measured here
  limits.cpu_seconds = limits.seconds = IsolationLimits::kNoLimit;
  process_ = std::make_unique<IsolatedProcess>(
      IsolatedProcess::Channel::socket,
      [this](int channel, const IsolatedProcess::Beat& beat) { serve(channel, handler_, beat); }, limits);
}

std::string IsolatedService::call(std::string_view request, std::size_t longest) {
  start();
  beats_ = 0;
  process_->forget_beats();
  std::uint64_t size = request.size();
  std::string message(reinterpret_cast<const char*>(&size), sizeof size);
  message += request;
  transfer(true, message.data(), message.size());
  transfer(false, reinterpret_cast<char*>(&size), sizeof size);
  if (size > longest) {
    process_.reset();
    throw IsolatedFailure(fmt::format("the child process wrote an answer of {} bytes", size));
  }
  std::string answer(static_cast<std::size_t>(size), '\0');
  transfer(false, answer.data(), answer.size());
  beats_ = process_->beats();
  return answer;
}

/// Sends or receives, unless the child ends or does nothing for too long.
void IsolatedService::transfer(bool out, char* bytes, std::size_t size) {
  using Clock = std::chrono::steady_clock;
  std::uint64_t beats = process_->beats();
  double cpu = -1;  // asked for when it takes long
  Clock::time_point since = Clock::now();
  while (size > 0) {
    pollfd waiting{process_->channel(), static_cast<short>(out ? POLLOUT : POLLIN), 0};
    const int ready = ::poll(&waiting, 1, kLookEvery);
    if (ready > 0) {
      const ssize_t n = out ? ::send(process_->channel(), bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT)
                            : ::recv(process_->channel(), bytes, size, MSG_DONTWAIT);
      if (n > 0) {
        bytes += n;
        size -= static_cast<std::size_t>(n);
        continue;
      }
      if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      beats_ = process_->beats();
      const auto ended = std::move(process_);
      ended->finish();
      throw IsolatedFailure("the child process ended too early");
    }
    if (process_->beats() != beats || cpu < 0) {
      beats = process_->beats();
      cpu = process_->cpu_seconds();
      since = Clock::now();
    } else if (process_->cpu_seconds() - cpu > limits_.cpu_seconds) {
      process_->kill(fmt::format("the child process was ended after {} s of processor time", limits_.cpu_seconds));
    } else if (Clock::now() - since > std::chrono::seconds(limits_.seconds)) {
      process_->kill(fmt::format("the child process was ended after {} s", limits_.seconds));
    }
  }
}

}  // namespace ersatz
