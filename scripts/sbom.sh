#!/usr/bin/env bash
# Writes what the image holds, as CycloneDX: scripts/sbom.sh STORE > sbom.cdx.json
# STORE is where scripts/image.sh has built it.
set -euo pipefail
cd "$(dirname "$0")/.."

b() { buildah --root "$1/storage" --runroot "$1/run" --storage-driver vfs "${@:2}"; }
scripts/tools.sh syft >&2
container=$(b "$1" from --pull-never localhost/omeda-bridge:test)
trap 'b "$1" rm "$container" >/dev/null' EXIT
.tools/bin/syft scan "dir:$(b "$1" mount "$container")" --quiet --output cyclonedx-json
