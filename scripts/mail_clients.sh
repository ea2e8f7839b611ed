#!/bin/sh
# Asks caniemail (npm) what mail programs do not know of a digest: sh scripts/mail_clients.sh FILE.html
# tests/alerts/digests/mail_clients.yaml says what of it is used all the same, and why.
set -eu
page=$(realpath "$1")
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" caniemail@2.0.2
cp mail_clients.mjs "$folder"
node "$folder/mail_clients.mjs" "$page"
