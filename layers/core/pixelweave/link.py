"""The links log: one table of fields, as `field.py` is for the event row.

Append-only, like the event log: what changes about a person is a new row. Nothing in it is personal in the clear; digests are those of
docs/identity.md.
"""

from pixelweave.field import Field

SCHEMA_VERSION = 1

# What a row says: a leaf belongs to a person since a moment; a node belongs to a person; a person was merged into a survivor; a person
# was forgotten; an identifier of a hit was kept apart from its person. A refusal names neither person nor identifier: it is there to be
# counted.
LINK = "link"
NODE = "node"
MERGE = "merge"
FORGET = "forget"
REFUSAL = "refusal"
KINDS = (LINK, NODE, MERGE, FORGET, REFUSAL)

SESSION = "session"
VISITOR = "visitor"
# An event that named somebody and had neither: a server's, mostly. Its leaf is its event_id, its scope the pixel_id.
EVENT = "event"

LINK_FIELDS = (
    # The same row written twice (a redelivery) has the same id; readers count it once.
    Field("link_id", filled_by="stitch"),
    Field("kind", filled_by="stitch"),
    Field("workspace_id", filled_by="stitch"),
    # link: `session`, `visitor` or `event`; `scope` is the pixel_id of a session or event, empty for a visitor.
    Field("leaf_type", filled_by="stitch"),
    Field("scope", filled_by="stitch"),
    Field("leaf", filled_by="stitch"),
    Field("person_id", filled_by="stitch"),
    # merge: the person that `person_id` was merged into.
    Field("survivor_id", filled_by="stitch"),
    # node: `email_sha256`, `email_md5`, `user_id` …, and its digest; refusal: the type alone.
    Field("node_type", filled_by="stitch"),
    Field("digest", filled_by="stitch"),
    # link: since when (client's clock, as occurred_at of the event); else when it happened.
    Field("since", "timestamp", filled_by="stitch"),
    Field("recorded_at", "timestamp", filled_by="stitch"),
    Field("event_id", filled_by="stitch"),
    Field("schema_version", "int", filled_by="stitch"),
    # refusal: why, see `refusal.REFUSALS`.
    Field("reason", filled_by="stitch"),
)
