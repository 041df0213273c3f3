"""Errors that cross from adapters into the domain.

PixelOutageError
    raised by a pixel look-up that can tell neither a live key from an unknown one
"""


class PixelOutageError(Exception):
    """Pixels cannot be looked up just now: an unknown key is 404, an outage must not be."""
