"""Brotli and Zstandard, in which pages and archives are packed. Both packages come with Scrapy."""

from __future__ import annotations

import sys

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["brotli", "zstd"]
