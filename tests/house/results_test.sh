# Published tables are those that the packs beside them give: results_test.sh PROJECT BUILD
# A study that is not finished has a pack and no tables yet.
source "$(dirname "$0")/lib.sh"

program=$2/ersatz
found=0
shopt -s nullglob
for pack in "$project"/results/*/*.pack.tar.xz; do
  folder=$(dirname "$pack")
  tables=("$folder"/*.md "$folder"/*.csv)
  [ ${#tables[@]} -gt 0 ] || continue
  found=$((found + 1))
  "$program" unpack "$pack" -o "$work/out" > /dev/null
  "$program" report "$work/out" > /dev/null
  for table in "${tables[@]}"; do
    cmp "$table" "$work/out/tables/$(basename "$table")" || fail "$table is not what $pack gives"
  done
  rm -r "$work/out"
done
[ "$found" -gt 0 ] || fail "there is no pack in results/"
finish
