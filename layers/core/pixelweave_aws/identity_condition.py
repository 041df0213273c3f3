"""The conditions that writes to the identity table stand on, by their names in docs/identity.md."""

from __future__ import annotations

# Nothing of that key exists yet.
NEW = "attribute_not_exists(pk)"
# The person is as it was read: nobody attached, merged or forgot anything since.
ROOT_UNCHANGED = "version = :seen AND attribute_not_exists(#owner)"
# The node has not been forgotten.
SHORTCUT = "attribute_exists(#owner)"
# The leaf is as it was read.
LEAF_UNCHANGED = "version = :seen"
# The traits are as they were read.
TRAITS_UNCHANGED = "version = :seen"
