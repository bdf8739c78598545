// has_isa NAME: 0 when this processor has the instruction set of a value of ERSATZ_MAX_ISA, 77 when not. Where it does
// not, that value would only repeat the tests of a lower one.

#include <cstdio>

#include "base/error.hpp"
#include "base/isa.hpp"

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  try {
    if (argc == 2 && ersatz::processor_isa() >= ersatz::parse_isa_limit(argv[1])) return 0;
  } catch (const ersatz::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return 2;
  }
  std::puts("skipped: this processor does not have that instruction set");
  return kSkipped;
}
