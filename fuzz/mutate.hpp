#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

/// libFuzzer's own mutation.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace ersatz::fuzzing {

/// For LLVMFuzzerCustomMutator: mutates an input and then lets `mend` put its checksums and lengths right, without
/// which a reader would look no further. Of eight inputs one keeps what is wrong.
template <typename Mend>
std::size_t mutate_and_mend(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed, Mend mend) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 == 0) return size;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  mend(bytes, seed / 8);
  if (bytes.empty() || bytes.size() > most) return size;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(data));
  return bytes.size();
}

}  // namespace ersatz::fuzzing
