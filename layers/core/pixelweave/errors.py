"""Errors of the domain, and those that cross from adapters into it.

ValueError
└── RejectionError       input that rejects the hit, with the reason
    ├── StructureError   JSON that cannot be used                     (structure.py)
    ├── ParamsError      parameters past a limit                      (params.py)
    ├── BodyError        a body that yields no hit                    (body.py)
    ├── ListingError     goals or products that cannot be used        (catalog.py)
    └── ListError        Rokt's lists that do not fit each other      (dialect/rokt_list.py)
Exception
└── PixelOutageError     pixels cannot be looked up just now
"""


class RejectionError(ValueError):
    """Input that rejects the hit; `reason` is from `pixelweave.outcome.REJECTIONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PixelOutageError(Exception):
    """Pixels cannot be looked up just now: an unknown key is 404, an outage must not be."""
