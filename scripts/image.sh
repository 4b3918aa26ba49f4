#!/usr/bin/env bash
# Builds the image without a container engine: buildah, chroot isolation, on a base that is made
# from the distribution's packages. For tests; who has an engine says `docker build .`.
#
#   scripts/image.sh STORE       builds localhost/omeda-bridge:test into STORE
#
# Where packages come from is what apt and pip of this machine are set up for.
set -euo pipefail
cd "$(dirname "$0")/.."

store=$1
base=localhost/omeda-bridge-base:test
suite=trixie

need() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    return
  done
}
# What scripts/tools.sh does meanwhile is left to end: only one apt can be at work.
mkdir -p .tools "$store"
exec 9>.tools/lock
flock 9
need buildah mmdebstrap
exec 9>&-

b() { buildah --root "$store/storage" --runroot "$store/run" --storage-driver vfs "$@"; }

tar=${OMEDA_BRIDGE_IMAGE_BASE:-$store/base.tar}
if [ ! -f "$tar" ]; then
  mirror=$(apt-get indextargets --format '$(SITE)' | head -n 1)
  mmdebstrap --quiet --variant=minbase --include=python3,python3-dev,python3-venv,ca-certificates \
    "$suite" "$tar" "$mirror"
fi
container=$(b from scratch)
b add --quiet "$container" "$tar" / >/dev/null
b commit --quiet --rm "$container" "$base" >/dev/null

mounts=()
for file in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
  [ -f "$file" ] && mounts+=(--volume "$file:$file:ro")
done
version=$(sed -nE 's/^version = "(.*)"/\1/p' pyproject.toml)
b bud --format docker --isolation chroot --network host --pull-never "${mounts[@]}" \
  --build-arg BASE="$base" --build-arg VERSION="$version" \
  --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
  --tag localhost/omeda-bridge:test .
