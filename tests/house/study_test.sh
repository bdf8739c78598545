# scripts/study finds images and weights: those named, those here, a download, and without network the repository's.
source "$(dirname "$0")/lib.sh"

# A program that notes how it was called; `fetch cifake` and `fetch vgg16` end as the test wants.
cat > "$work/ersatz" <<'END'
#!/bin/bash
echo "called: $*"
case "$1 $2" in
  "fetch cifake") exit "${TEST_CIFAKE:-0}" ;;
  "fetch vgg16") exit "${TEST_VGG16:-0}" ;;
esac
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

has_zip=1 study TEST_CIFAKE=2
expect_text "called: run studies/cifake.toml --data data/cifake.zip" "data here"
expect_no_text "called: fetch cifake" "data here"
expect_no_text "SAMPLE" "data here"

study
expect_text "called: fetch cifake --to data/cifake.zip" "download"
expect_text "called: run studies/cifake.toml --data data/cifake.zip" "download"
expect_no_text "vgg16:block3" "weights were fetched"

study TEST_CIFAKE=2 TEST_VGG16=2
expect_code 0 "no network"
expect_text "called: run studies/cifake.toml --replace vgg16=vgg16:block3 --weights vgg16=data/vgg16-block3-tiny-imagenet.safetensors --data data/cifake-sample.tar.xz --out out/cifake-sample" "no network"
expect_text "SAMPLE" "no network"
expect_text "make study DATA=" "no network"

study TEST_CIFAKE=2 OUT=mine
expect_text "--out mine" "a folder of one's own for the sample"
expect_no_text "out/cifake-sample" "a folder of one's own for the sample"

study DATA=d.zip TEST_VGG16=2
expect_text "--replace vgg16=vgg16:block3" "data named, no weights"
expect_no_text "--out" "data named, no weights"

study TEST_CIFAKE=75
expect_code 75 "stopped while downloading"
expect_no_text "called: run" "stopped while downloading"

study TEST_VGG16=130
expect_code 130 "stopped while downloading weights"
expect_no_text "called: run" "stopped while downloading weights"

study STUDY=studies/cifake-seeds.toml
expect_text "called: run studies/cifake-seeds.toml --data data/cifake.zip" "another CIFAKE study"

study STUDY=studies/augmentation.toml
expect_text "called: run studies/augmentation.toml --data data/cifake.zip" "a study without a pretrained network"
expect_no_text "called: fetch vgg16" "a study without a pretrained network"

study STUDY=mine.toml
expect_text "called: run mine.toml" "a study of one's own"
expect_no_text "--data" "a study of one's own"
finish
