# What is installed, that it works wherever it lies, and that it goes again: install_test.sh PROJECT BUILD
source "$(dirname "$0")/lib.sh"
build=$2
export ERSATZ_CACHE=$work/cache

run env DESTDIR="$work/dest" cmake --install "$build" --prefix /opt/ersatz
expect_code 0 "installing"
tree=$work/dest/opt/ersatz
for file in bin/ersatz share/man/man1/ersatz.1 share/man/man1/ersatz-run.1 share/bash-completion/completions/ersatz \
  share/zsh/site-functions/_ersatz share/fish/vendor_completions.d/ersatz.fish share/ersatz/studies/cifake.toml \
  share/doc/ersatz/LICENSE share/doc/ersatz/README.md share/doc/ersatz/docs/install.md; do
  [ -f "$tree/$file" ] || fail "$file is not installed"
done

# The tree may be moved, and has its own studies.
mv "$tree" "$work/moved place"
program="$work/moved place/bin/ersatz"
cd "$work"
run "$program" study list --names
[ "$output" = "$(cd "$project/studies" && ls *.toml | sed 's/\.toml$//' | LC_ALL=C sort)" ] || fail "the installed studies are: $output"
run "$program" doctor
expect_text "$work/moved place/share/ersatz/studies" "doctor of a tree that was moved"
mv "$work/moved place" "$tree"

# Every command has a page, and pages are roff that nobody complains of.
pages=$tree/share/man/man1
for command in $("$tree/bin/ersatz" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
  [ -f "$pages/ersatz-$command.1" ] || fail "ersatz $command has no page"
  grep -q '^\.SH EXIT STATUS' "$pages/ersatz-$command.1" || fail "the page of ersatz $command has no exit status"
  grep -q '^\.SH EXAMPLES' "$pages/ersatz-$command.1" || fail "the page of ersatz $command has no example"
done
if command -v mandoc > /dev/null; then
  run mandoc -T lint -W warning "$pages"/*.1
  expect_code 0 "mandoc"
else
  echo "mandoc is not installed: it did not read the pages"
fi
if command -v groff > /dev/null; then
  run groff -man -Tutf8 -ww -z "$pages"/*.1
  [ -z "$output" ] || fail "groff says: $output"
else
  echo "groff is not installed: it did not read the pages"
fi
run env SOURCE_DATE_EPOCH=86400 "$tree/bin/ersatz" man "$work/pages"
run head -1 "$work/pages/ersatz-run.1"
expect_text 'ERSATZ\-RUN 1 1970-01-02' "the date of a reproducible build"

# Uninstalling leaves what is another's.
touch "$tree/share/man/man1/other.1" "$tree/share/ersatz/mine.toml"
run env DESTDIR="$work/dest" BUILD="$build" "$project/scripts/uninstall" /opt/ersatz
expect_code 0 "uninstalling"
left=$(cd "$tree" && find . -type f | LC_ALL=C sort | tr '\n' ' ')
[ "$left" = "./share/ersatz/mine.toml ./share/man/man1/other.1 " ] || fail "uninstalled, and there is: $left"
[ ! -d "$tree/share/ersatz/studies" ] || fail "uninstalled, and there is share/ersatz/studies"
finish
