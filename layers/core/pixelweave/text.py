"""Text from the wire: made safe to store before anything else looks at it."""

# C0 and C1 controls, lone surrogates and two noncharacters: Parquet readers, terminals, UTF-8 encoders or SQS trip over them
# (SQS API reference, «SendMessage»: what a message body may contain).
_UNSAFE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], None
) | dict.fromkeys((9, 10, 13), " ")


def clean(value: str) -> str:
    """`value` without control characters and lone surrogates, line breaks as spaces, trimmed."""
    # isprintable is one C call and true for nearly all traffic; it is stricter than the table, never laxer.
    if not value.isprintable():
        value = value.translate(_UNSAFE)
    return value.strip()


def is_true(value: str | None) -> bool:
    """Whether a flag parameter is set: `1`, `true`, `yes` or `on`, in any case."""
    return value is not None and value.lower() in ("1", "true", "yes", "on")
