# The fuzz targets: each has what it starts from and is built, and scripts/fuzz says so where there is no Clang.
source "$(dirname "$0")/lib.sh"

for file in $(grep -l LLVMFuzzerTestOneInput "$project"/fuzz/*/*.cpp); do
  target=$(basename "$file" .cpp) room=$(basename "$(dirname "$file")")
  grep -qE "^ersatz_fuzz\($target $room[ )]" "$project/fuzz/CMakeLists.txt" || fail "$target is not in fuzz/CMakeLists.txt"
  [ -n "$(ls "$project/fuzz/corpus/$target" 2>/dev/null)" ] || fail "$target has no corpus"
done
for path in "$project"/fuzz/corpus/* "$project"/fuzz/dictionaries/*.dict; do
  target=$(basename "$path" .dict)
  [ "$target" = json ] || ls "$project"/fuzz/*/"$target.cpp" >/dev/null 2>&1 || fail "$path is of no target"
done
size=$(find "$project/fuzz/corpus" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
[ "$size" -lt 300000 ] || fail "the corpus has $size bytes"

mkdir "$work/bin"
ln -s "$(command -v dirname)" "$work/bin/"
run env PATH="$work/bin" "$BASH" "$project/scripts/fuzz" 1 image
expect_code 77 "without Clang"
expect_text "clang is not installed" "without Clang"
finish
