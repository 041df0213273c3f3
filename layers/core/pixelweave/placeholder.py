"""Words that a program writes where it had no value: as an id they would make one session, visitor or order of everybody's."""

PLACEHOLDERS = frozenset(
    ("null", "none", "nil", "nan", "undefined", "true", "false", "[object object]", "-", "-1", "0")
)
