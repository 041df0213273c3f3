"""The answer to every hit: a transparent GIF of one pixel."""

from base64 import b64decode

# GIF89a, 1 x 1, one transparent colour: 43 bytes, with the end code that the 42-byte variant lacks.
GIF_BASE64 = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="
GIF = b64decode(GIF_BASE64)
