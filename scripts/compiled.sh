#!/usr/bin/env bash
# A copy of this checkout in which is compiled what a wheel compiles, for tests.
#
#   scripts/compiled.sh PYTHON FOLDER     writes FOLDER/copy anew; compiles where anything has changed
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(realpath --no-symlinks "$1") folder=$2
objects=$folder/objects copy=$folder/copy
files() {
  git ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -rd '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done
}

stamp=$("$python" -V; files bridge hatch_build.py pyproject.toml requirements/dev.txt | xargs -0 sha256sum)
if [ "$(cat "$folder/stamp" 2>/dev/null)" != "$stamp" ]; then
  rm -rf "$folder"
  mkdir -p "$objects"
  "$python" hatch_build.py "$(realpath "$objects")" >/dev/null
  echo "$stamp" >"$folder/stamp"
fi
rm -rf "$copy"
mkdir -p "$copy"
files . | xargs -0 cp --parents --target-directory "$copy"
cp -r "$objects"/. "$copy"
# What scripts/tools.sh and bench/ have built stays built.
mkdir -p .tools
ln -s "$PWD/.tools" "$copy/.tools"
cd "$copy"
# Once, and not by each process that a test starts, also where the environment keeps Python from it.
"$python" -m compileall -q bridge tests
"$python" -c 'import bridge, sys; sys.exit(None if bridge.compiled() else "nothing is compiled")'
