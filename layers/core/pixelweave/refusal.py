"""Why an identifier of an accepted hit did not join its person: the closed list of docs/identity.md, «Guards»."""

BLOCKED_VALUE = "blocked_value"
INVALID_VALUE = "invalid_value"
UNIQUE_CONFLICT = "unique_conflict"
TOO_MANY_NODES = "too_many_identifiers"
TOO_MANY_MERGES = "too_many_merges"
SUPPRESSED = "suppressed"
TOO_MANY_IN_HIT = "too_many_in_hit"

REFUSALS = {
    BLOCKED_VALUE: "the value stands for nobody",
    INVALID_VALUE: "the value has not the form of its type",
    UNIQUE_CONFLICT: "the person would have two user ids of one namespace",
    TOO_MANY_NODES: "the person would hold more than 1,000 identifiers",
    TOO_MANY_MERGES: "the person would hold more than 100 merges",
    SUPPRESSED: "the identifier was forgotten",
    TOO_MANY_IN_HIT: "the hit names more than makes 50 identifiers in all their forms",
}
