"""Brotli and Zstandard, in which pages and archives are packed, and what damage raises. Both packages come with Scrapy."""

from __future__ import annotations

import lzma
import sys
import zipfile
import zlib

import brotli

from crawler.archives.items import ArchiveError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["BROKEN", "brotli", "zstd"]

BROKEN = (ArchiveError, OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading an archive raises that ends, or that cannot be unpacked."""
