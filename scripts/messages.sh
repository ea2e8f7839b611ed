#!/bin/sh
# Updates alerts/locale/*.po from the words in code and templates; new entries stay empty until translated.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
.venv/bin/pybabel -q extract -F alerts/locale/babel.cfg -k N_ -k Phrase --no-location --sort-output -o "$pot" .
for po in alerts/locale/*.po; do
	.venv/bin/pybabel -q update -i "$pot" -o "$po" -l "$(basename "$po" .po)" --no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap
	echo "$po: $(.venv/bin/python -c "import sys; from babel.messages.pofile import read_po; print(sum(not m.string or not any(m.string) for m in read_po(open(sys.argv[1], 'rb')) if m.id))" "$po") to translate"
done
rm -f "$pot"
