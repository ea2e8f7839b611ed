#!/bin/sh
# Installs aseanwatch from this folder into a virtual environment, with every dependency verified by its hash.
# Usage: deploy/install.sh PREFIX [WHEEL]; without a wheel one is built. Needs Python 3.11 or newer with venv.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 PREFIX [WHEEL]" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ $# -ge 2 ]; then
	wheel=$2
else
	python3 -m venv "$scratch/build"
	"$scratch/build/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements/build.txt"
	"$scratch/build/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$scratch" "$root"
	wheel=$(echo "$scratch"/aseanwatch-*.whl)
fi

python3 -m venv "$prefix"
"$prefix/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements/server.txt"
"$prefix/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-index "$wheel"
"$prefix/bin/aseanwatch" --version
