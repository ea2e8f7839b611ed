"""The page of licences, from REUSE.toml."""

from __future__ import annotations

from crawler.commands.licenses import holdings, licence_texts

HEAD = """# Licences

<!-- Made from REUSE.toml by `make docs`; changes here are lost. -->

The program is under the Apache License 2.0. Some of its files hold data or code of others; what is whose stands in `REUSE.toml`
([REUSE](https://reuse.software)), with the texts in `LICENSES/`. Both are in the wheel (`aseanwatch-*.dist-info/licenses`), in the
source package and in the image, and `aseanwatch licenses` prints them. Libraries are not part of the wheel; each brings its own licence,
and the list of parts (`make dist`, SBOM) names them.

| files | what | rights | licence |
|---|---|---|---|"""


def page() -> str:
    """The page."""
    rows = [
        f"| {', '.join(f'`{file}`' for file in row['files']).replace('`**`', 'all others')} | {row['what']} | {'; '.join(row['holders'])} | {row['licence']} |"
        for row in holdings()
    ]
    texts = ", ".join(f"`{path.name}`" for _, path in licence_texts())
    return "\n".join([HEAD, *rows, "", f"Texts: {texts}."])
