# The completions as bash, zsh and fish take them: completion_test.sh PROJECT BUILD
source "$(dirname "$0")/lib.sh"
export PATH=$2:$PATH
mkdir -p "$work/here/folder" "$work/scripts"
cd "$work/here"
touch photos.zip mine.toml
ersatz completion bash > "$work/scripts/ersatz"
ersatz completion zsh > "$work/scripts/_ersatz"
ersatz completion fish > "$work/scripts/ersatz.fish"
run ersatz completion tcsh
expect_code 2 "another shell"

# What each shell must offer for a line whose last word is not finished, and what it must not.
#   line | words that are offered | a word that is not
expectations='ersatz da|data|demo
ersatz data |info list sheet demo|run
ersatz study list --na|--names|--markdown
ersatz run --prec|--precision|--data
ersatz run --precision |auto f32 bf16|photos.zip
ersatz run cif|cifake cifake-seeds|demo
ersatz run mi|mine.toml mixing|photos.zip
ersatz run --data ph|photos.zip|mine.toml
ersatz run --epochs 3 demo-|demo-mixing|demo
ersatz bench layers le|lenet|nn
ersatz completion |bash zsh fish|photos.zip
ersatz table --format |text md tex csv json|photos.zip
ersatz data info ph|photos.zip|mine.toml'

# check SHELL LINE OFFERED WORDS NOT: OFFERED is what came, a word a line.
check() {
  local word
  for word in $4; do
    grep -qxF -e "$word" <<< "$3" || fail "$1: \"$2\" does not offer $word, but: $3"
  done
  ! grep -qxF -e "$5" <<< "$3" || fail "$1: \"$2\" offers $5"
}

in_bash() {
  bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ersatz; printf "%s\n" "${COMPREPLY[@]}"' \
    - "$work/scripts/ersatz" "$@"
}
in_fish() { fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$work/scripts/ersatz.fish" "$1" | cut -f1; }

bash -n "$work/scripts/ersatz" || fail "bash does not read its script"
while IFS='|' read -r line words not; do
  read -ra split <<< "$line"
  [[ "$line" != *" " ]] || split+=("")
  check bash "$line" "$(in_bash "${split[@]}")" "$words" "$not"
done <<< "$expectations"
# --option=value is three words to bash.
check bash "--precision=b" "$(in_bash ersatz run --precision = b)" bf16 f32
check bash "--weights vgg16=ph" "$(in_bash ersatz run --weights vgg16 = ph)" photos.zip cifake
check bash "--precision=" "$(in_bash ersatz run --precision =)" "auto f32 bf16" =

if command -v fish > /dev/null; then
  export HOME=$work
  fish -n "$work/scripts/ersatz.fish" || fail "fish does not read its script"
  while IFS='|' read -r line words not; do
    check fish "$line" "$(in_fish "$line")" "$words" "$not"
  done <<< "$expectations"
else
  echo "fish is not installed: its completion was not tried"
fi

# zsh completes only where somebody types. Each line here has one end, which Tab writes.
if command -v zsh > /dev/null; then
  zsh -n "$work/scripts/_ersatz" || fail "zsh does not read its script"
  cat > "$work/type.zsh" <<'ZSH'
zmodload zsh/zpty
zpty typist zsh -f -i
zpty -w typist "PROMPT=; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D; bindkey '^X' kill-whole-line; echo re''ady"
zpty -r -m typist typed '*ready*'
shift
for line; do
  # What is completed is run by echo, where it can be read.
  zpty -w -n typist "$line"$'\t'
  zpty -w -n typist $'\C-aecho "typed: '
  zpty -w -n typist $'\C-e" \n'
  zpty -r -m typist typed $'*\ntyped: *\n'
  print -r -- "${${typed##*$'\n'typed: }%%$'\r'*}"
done
zpty -d typist
ZSH
  lines=('ersatz sta' 'ersatz data inf' 'ersatz study list --na' 'ersatz run --precision b' 'ersatz run cifake-'
    'ersatz run --data ph' 'ersatz bench layers len' 'ersatz data list --split=te' 'ersatz completion zs' 'ersatz run min')
  whole=('ersatz status' 'ersatz data info' 'ersatz study list --names' 'ersatz run --precision bf16'
    'ersatz run cifake-seeds' 'ersatz run --data photos.zip' 'ersatz bench layers lenet' 'ersatz data list --split=test'
    'ersatz completion zsh' 'ersatz run mine.toml')
  mapfile -t typed < <(timeout 60 zsh -f "$work/type.zsh" "$work/scripts" "${lines[@]}")
  for i in "${!lines[@]}"; do
    [ "$(sed 's/ *$//' <<< "${typed[i]:-}")" = "${whole[i]}" ] || fail "zsh: \"${lines[i]}\" becomes \"${typed[i]:-}\""
  done
else
  echo "zsh is not installed: its completion was not tried"
fi
finish
