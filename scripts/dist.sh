#!/bin/sh
# Builds a release into ./dist: wheel, source package, SBOM, shell completions.
set -eu
bin=.venv/bin
rm -rf dist && mkdir -p dist/completion
"$bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
"$bin/python" -m hatchling build --target sdist >/dev/null
"$bin/python" -m cyclonedx_py requirements --of JSON --output-file dist/sbom.cdx.json requirements/server.txt
for shell in bash zsh fish; do
	_ASEANWATCH_COMPLETE="source_$shell" "$bin/aseanwatch" >"dist/completion/aseanwatch.$shell"
done
(cd dist && sha256sum ./*.whl ./*.tar.gz ./sbom.cdx.json >SHA256SUMS)
ls -l dist
