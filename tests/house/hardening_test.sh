# The installed program has what cmake/hardening.cmake asks for: hardening_test.sh PROJECT BUILD
source "$(dirname "$0")/lib.sh"

run cmake --install "$2" --prefix "$work/prefix"
expect_code 0 "installing"
program=$work/prefix/bin/ersatz
run "$program" --version
expect_code 0 "the installed program"

# look OPTIONS: what readelf says of the program.
look() { run readelf --wide "$@" "$program"; }
look --file-header
expect_text "DYN (Position-Independent Executable file)" "PIE"
look --program-headers
expect_text "GNU_RELRO" "RELRO"
grep -Eq 'GNU_STACK .* RW +0x' <<< "$output" || fail "a stack that is code, too: $output"
look --dynamic
expect_text "BIND_NOW" "full RELRO"
expect_no_text "RPATH" "no path of libraries"
expect_no_text "RUNPATH" "no path of libraries"
look --dyn-syms
expect_text "__stack_chk_fail" "stack protector"
grep -Eq ' __(memcpy|read|snprintf|vsnprintf|memmove|memset)_chk' <<< "$output" || fail "FORTIFY: no checked function"
finish
