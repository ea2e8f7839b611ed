#!/bin/sh
# Renders docs/digest.png: the demo's digest about the founding event, as a reader sees it.
set -eu
cd "$(dirname "$0")/.."
make demo >/dev/null
page=$(grep -l 'class="base"' demo/*asean-desk*.html | head -n 1)
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
	--window-size=720,1000 --screenshot="$PWD/docs/digest.png" "file://$PWD/$page" 2>/dev/null
if command -v pngquant >/dev/null; then pngquant --force --ext .png 64 docs/digest.png; fi
ls -l docs/digest.png
