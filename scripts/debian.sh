#!/bin/sh
# Installs missing Debian packages, with sudo unless it runs as root. Usage: debian.sh PACKAGE…
set -eu
for package in "$@"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="${missing:-} $package"
done
[ -n "${missing:-}" ] || exit 0
command -v apt-get >/dev/null || { echo "Please install:$missing" >&2; exit 1; }
[ "$(id -u)" = 0 ] && as_root= || as_root=sudo
echo "Installing the Debian packages$missing …"
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
