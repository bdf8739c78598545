#pragma once

// ERSATZ_EVERY_ISA before a function: one version of its loops per instruction set, chosen when the program starts, so
// that released builds run anywhere and still use wide vectors. Sanitizers and clang take the plain version.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define ERSATZ_EVERY_ISA __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define ERSATZ_EVERY_ISA
#endif
