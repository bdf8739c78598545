# scripts/study finds the data: those named, those here, a download, and without network the demo.
source "$(dirname "$0")/lib.sh"

# A program that notes how it was called; `fetch` ends as the test wants.
cat > "$work/ersatz" <<'END'
#!/bin/bash
echo "called: $*"
[ "$1" != fetch ] || exit "${TEST_FETCH:-0}"
if [ "$1 $2" = "data demo" ]; then mkdir -p "$3" && touch "$3/ersatz-demo.txt"; fi
END
chmod +x "$work/ersatz"

study() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/scripts" "$work/tree/data"
  cp "$project/scripts/study" "$work/tree/scripts/"
  cp -r "$project/studies" "$work/tree/"
  echo 'path = "my-images.zip"' > "$work/tree/mine.toml"
  [ -z "${has_zip:-}" ] || touch "$work/tree/data/cifake.zip"
  run env -u DATA -u WEIGHTS -u OUT -u STUDY -u JOBS ERSATZ="$work/ersatz" "$@" "$work/tree/scripts/study"
}

study DATA=/some/cifake.zip OUT=there JOBS=3 WEIGHTS=w.h5
expect_code 0 "data named"
expect_text "called: run studies/cifake.toml --data /some/cifake.zip --weights w.h5 --out there --jobs 3" "data named"
expect_no_text "called: fetch" "data named"

study DATA="/a folder/with spaces"
expect_text "--data /a folder/with spaces" "a path with spaces"

has_zip=1 study TEST_FETCH=2
expect_text "called: run studies/cifake.toml --data data/cifake.zip" "data here"
expect_no_text "called: fetch" "data here"

study TEST_FETCH=0
expect_text "called: fetch cifake --to data/cifake.zip" "download"
expect_text "called: run studies/cifake.toml --data data/cifake.zip" "download"

study TEST_FETCH=2
expect_code 0 "no network"
expect_text "called: data demo build/demo-data" "no network"
expect_text "called: run studies/demo.toml --data build/demo-data" "no network"
expect_text "DEMO" "no network"
expect_text "make study DATA=" "no network"

study TEST_FETCH=75
expect_code 75 "stopped while downloading"
expect_no_text "called: run" "stopped while downloading"

study STUDY=studies/cifake-seeds.toml TEST_FETCH=0
expect_text "called: run studies/cifake-seeds.toml --data data/cifake.zip" "another CIFAKE study"

study STUDY=studies/mixing.toml TEST_FETCH=0
expect_text "called: fetch cifake --to data/cifake.zip" "a CIFAKE study that is not called so"
expect_text "called: run studies/mixing.toml --data data/cifake.zip" "a CIFAKE study that is not called so"

study STUDY=studies/demo-mixing.toml
expect_text "called: run studies/demo-mixing.toml --data build/demo-data" "another demo study"

study STUDY=mine.toml
expect_text "called: run mine.toml" "a study of one's own"
expect_no_text "--data" "a study of one's own"
finish
