"""Small PDFs, written by hand: a page of lines, with the metadata that programs write."""

from __future__ import annotations

from textwrap import wrap


def pdf(title: str, *paragraphs: str, created: str = "D:20251127093000+07'00'", width: int = 70) -> bytes:
    """A PDF with a title and paragraphs in letters of ASCII, wrapped as a program does."""
    lines = [line for paragraph in (title, *paragraphs) for line in (*wrap(paragraph, width), "")]
    shown = "".join(f"({line}) Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        f"<</Title({title})/CreationDate({created})>>".encode("latin-1"),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    )
