# scripts/setup only looks when nothing is missing, installs what is when it may, and else says how.
source "$(dirname "$0")/lib.sh"

mkdir -p "$work/scripts" "$work/bin"
cp "$project/scripts/setup" "$work/scripts/"
printf '# a comment\nfirst-dev   # reason\n\nsecond-dev\nthird\n' > "$work/scripts/packages.txt"
for tool in id sudo apt-get dpkg-query; do
  printf '#!/bin/bash\necho "%s $*" >> "%s/calls"\n' "$tool" "$work" > "$work/bin/$tool"
done
echo 'echo "$TEST_USER"' >> "$work/bin/id"
echo 'exit 1' >> "$work/bin/sudo"
echo 'printf "%b" "$TEST_INSTALLED"' >> "$work/bin/dpkg-query"
echo 'exit $TEST_APT' >> "$work/bin/apt-get"
chmod +x "$work"/bin/*

setup() {
  : > "$work/calls"
  run env PATH="$work/bin:$PATH" TEST_USER="$1" TEST_INSTALLED="$2" TEST_APT="$3" "$work/scripts/setup"
  calls=$(cat "$work/calls")
}

setup 0 'first-dev installed\nsecond-dev installed\nthird installed\n' 0
expect_code 0 "nothing missing"
[[ "$calls" != *apt-get* ]] || fail "nothing missing, and apt-get was called: $calls"
[ -z "$output" ] || fail "nothing missing, and it said: $output"

setup 0 'first-dev installed\nthird config-files\n' 0
expect_code 0 "two missing, root"
[[ "$calls" == *"apt-get update"*"apt-get install -y --no-install-recommends second-dev third"* ]] ||
  fail "two missing, root: called $calls"

setup 1000 'third installed\n' 0
expect_code 2 "two missing, an ordinary user"
expect_text "sudo apt-get install -y --no-install-recommends first-dev second-dev" "two missing, an ordinary user"
[[ "$calls" != *apt-get* ]] || fail "an ordinary user, and apt-get was called: $calls"

setup 0 'third installed\n' 100
expect_code 2 "no network"
expect_text "apt-get install -y --no-install-recommends first-dev second-dev" "no network"
finish
