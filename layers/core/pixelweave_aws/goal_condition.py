"""The conditions that writes to the goals table stand on, by their names in docs/goals.md."""

from __future__ import annotations

# Nothing of that key exists yet.
NEW = "attribute_not_exists(pk)"
# The entry is the one that was read.
ENTRY_UNCHANGED = "stamp = :seen"
# The mark is as it was read.
MARK_UNCHANGED = "version = :seen"
# Nobody has changed the counter since it was read.
COUNTER_UNCHANGED = "w = :seen"
