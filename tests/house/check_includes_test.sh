# scripts/check-includes notices what it is there for, and lets a good tree pass.
source "$(dirname "$0")/lib.sh"

# check NAME FILE CONTENT: a tree with one good file and FILE.
check() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/src/data/import" "$work/tree/$(dirname "$2")"
  printf '#include "base/error.hpp"\n#include "data/import/x.hpp"\n#include <archive.h>\n' \
    > "$work/tree/src/data/import/good.cpp"
  printf '%b' "$3" > "$work/tree/$2"
  run "$project/scripts/check-includes" "$work/tree"
}
refused() {
  check "$@"
  expect_code 1 "$1"
  expect_text "$2:" "$1"
}
accepted() {
  check "$@"
  expect_code 0 "$1"
}

accepted "a lower floor" src/train/x.cpp '#include "nn/tensor.hpp"\n#include <vector>\n'
accepted "a room's own library in its tests" tests/data/x.cpp '#include <archive_entry.h>\n'
accepted "a room's own library in its fuzz targets" fuzz/data/x.cpp '#include <zlib.h>\n'
accepted "a room's own files" src/nn/x.cpp '#include "nn/tensor.hpp"\n'
accepted "a lower part of the room" src/data/augment/x.cpp '#include "data/codec/decode.hpp"\n'
accepted "the lowest part, which is a file" src/data/codec/x.cpp '#include "data/image_store.hpp"\n'
accepted "another file of the part" src/data/image_store.cpp '#include "data/store_format.hpp"\n'
accepted "the room itself, from its top" src/data/x.cpp '#include "data/data_set.hpp"\n#include "data/import/import.hpp"\n'
accepted "any part, from a higher room" src/train/x.cpp '#include "data/augment/augmenter.hpp"\n'
accepted "a comment" src/base/x.cpp '// #include "cli/cli.hpp"\n'
accepted "120 characters, some of two bytes" src/base/x.cpp "// $(printf 'é%.0s' {1..117})\n"

refused "a higher floor" src/base/x.cpp '#include "nn/tensor.hpp"\n'
refused "the same floor" src/nn/x.cpp '#include "data/store.hpp"\n'
refused "a higher floor, spaced oddly" src/data/x.hpp '  #  include   "study/run_spec.hpp"\n'
refused "the room's top, from a part" src/data/import/x.cpp '#include "data/data_set.hpp"\n'
refused "a part beside it" src/data/augment/x.cpp '#include "data/import/import.hpp"\n'
refused "a higher part" src/data/codec/x.cpp '#include "data/augment/augmenter.hpp"\n'
refused "a part, from the lowest" src/data/image_store.cpp '#include "data/codec/decode.hpp"\n'
refused "an unknown room" src/attic/x.cpp 'int x;\n'
for header in dnnl.hpp oneapi/dnnl/dnnl.hpp hdf5.h H5Cpp.h; do
  refused "$header outside nn" src/train/x.cpp "#include <$header>\n"
done
for header in archive.h archive_entry.h jpeglib.h png.h; do
  refused "$header outside data" src/fetch/x.cpp "#include <$header>\n"
  refused "$header at the top of data" src/data/x.cpp "#include <$header>\n"
done
refused "libarchive outside data/archive and data/import" src/data/codec/x.cpp '#include <archive.h>\n'
accepted "a library of two parts, in the other" src/data/archive/x.cpp '#include <archive.h>\n'
refused "libpng outside data/codec" src/data/import/x.cpp '#include <png.h>\n'
refused "libwebp outside data/codec" src/data/import/x.cpp '#include <webp/decode.h>\n'
refused "giflib outside data/codec" src/data/import/x.cpp '#include <gif_lib.h>\n'
accepted "libjpeg in data/codec" src/data/codec/x.cpp '#include <jpeglib.h>\n'
refused "libcurl outside fetch" src/data/x.cpp '#include <curl/curl.h>\n'
refused "Boost.Math outside stats" src/analysis/x.cpp '#include <boost/math/distributions/normal.hpp>\n'
refused "oneDNN in another room's tests" tests/data/x.cpp '#include <dnnl.hpp>\n'
for call in 'std::ofstream file(path);' 'fs::rename(from, to);' '::rename(from, to);' 'std::fopen(path, "w");'; do
  refused "a file that is written past base/files" src/study/x.cpp "$call\\n"
done
accepted "the same in a test" tests/study/x.cpp 'fs::rename(from, to);\n'
refused "oneDNN in another room's fuzz targets" fuzz/data/x.cpp '#include <dnnl.hpp>\n'
refused "a long file of fuzz targets" fuzz/data/x.cpp "$(printf '\\n%.0s' {1..401})"
refused "a long line" src/base/x.cpp "// $(printf 'x%.0s' {1..118})\n"
refused "a long file" src/base/x.cpp "$(printf '\\n%.0s' {1..401})"

rm -rf "$work/tree/src"
run "$project/scripts/check-includes" "$work/tree"
expect_code 1 "a tree without sources"
finish
