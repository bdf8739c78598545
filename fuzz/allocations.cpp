// Instead of libFuzzer: hands the files of a corpus to a fuzz target while one allocation after the other fails, once
// and from then on, each time in a process of its own. Out of memory a reader may throw std::bad_alloc or an Error.
// std::bad_alloc may also reach std::terminate(), out of a library's noexcept function, and libarchive calls exit(1):
// the program then ends with one message. Anything else (a crash, a wrong result) is an error, but for crashes of
// libraries that the program runs in a child process anyway: those are counted.
//
// allocations_NAME FOLDER [--isolated]

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t*, std::size_t size, std::size_t) { return size; }

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

constexpr std::int64_t kMost = 60;  // allocations of an input that fail, evenly spread
enum Code { kFine = 0, kEndedByLibarchive = 1, kEnded = 4 };

std::atomic<bool> counting{false};
std::atomic<std::int64_t> calls{0}, first_to_fail{0}, last_to_fail{0};

// Whether this allocation is one that shall fail.
bool fails() {
  if (!counting) return false;
  const std::int64_t call = calls++;
  if (call < first_to_fail || call > last_to_fail) return false;
  errno = ENOMEM;
  return true;
}

// Hands over one input while the calls from `first` to `last` fail. Returns how many calls there were.
std::int64_t run(const std::string& input, std::int64_t first, std::int64_t last) {
  first_to_fail = first, last_to_fail = last, calls = 0;
  counting = true;
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  } catch (const std::bad_alloc&) {
  }
  counting = false;
  return calls;
}

[[noreturn]] void end() {
  counting = false;
  try {
    if (std::current_exception()) std::rethrow_exception(std::current_exception());
  } catch (const std::bad_alloc&) {
    ::_exit(kEnded);
  } catch (...) {
  }
  std::abort();
}

int status_of_child(const std::string& input, std::int64_t first, std::int64_t last) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    std::set_terminate(end);
    run(input, first, last);
    ::_exit(kFine);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status;
}

/// What became of the inputs.
struct Count {
  long long inputs = 0, failures = 0, ended = 0, crashes = 0;

  void add(const std::filesystem::path& file, std::int64_t call, int status) {
    ++failures;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == kFine) return;
    if (code == kEnded || code == kEndedByLibarchive) {
      ++ended;
      return;
    }
    ++crashes;
    std::printf("%s: when allocation %lld fails: status %d\n", file.filename().c_str(), static_cast<long long>(call),
                status);
  }
};

void try_input(const std::filesystem::path& file, Count& count) {
  constexpr std::int64_t kNone = INT64_MAX;
  std::ifstream stream(file, std::ios::binary);
  const std::string input{std::istreambuf_iterator<char>(stream), {}};
  run(input, kNone, kNone);  // what is made once for the whole program
  const std::int64_t usual = run(input, kNone, kNone);
  const std::int64_t stride = std::max<std::int64_t>(1, usual / kMost);
  for (std::int64_t call = 0; call < usual; call += stride) {
    for (const std::int64_t last : {call, INT64_MAX}) count.add(file, call, status_of_child(input, call, last));
  }
  ++count.inputs;
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) { return fails() ? nullptr : __libc_calloc(count, size); }
void* realloc(void* memory, std::size_t size) { return fails() ? nullptr : __libc_realloc(memory, size); }
void* memalign(std::size_t alignment, std::size_t size) { return fails() ? nullptr : __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

int main(int arguments, char** argument) {
  const bool isolated = arguments > 2 && std::string_view(argument[2]) == "--isolated";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argument[1])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Count count;
  for (const std::filesystem::path& file : files) try_input(file, count);
  std::printf("%lld inputs, %lld times without memory: %lld ended the process, %lld crashes%s\n", count.inputs,
              count.failures, count.ended, count.crashes,
              isolated ? " (of libraries that run in a child process)" : "");
  return count.inputs > 0 && (isolated || count.crashes == 0) ? 0 : 1;
}
