# For the script tests: a folder of their own, and checks that name what failed.
set -euo pipefail
project=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# run COMMAND...: its output in $output, its exit code in $code.
run() {
  code=0
  output=$("$@" 2>&1) || code=$?
}

expect_code() { [ "$code" = "$1" ] || fail "$2: exit code $code, not $1; it said: $output"; }
expect_text() { [[ "$output" == *"$1"* ]] || fail "$2: no \"$1\" in: $output"; }
expect_no_text() { [[ "$output" != *"$1"* ]] || fail "$2: \"$1\" in: $output"; }

finish() {
  [ "$failures" = 0 ] || exit 1
  echo "all as expected"
}
