-- Whose a session or a visitor cookie was, from when to when: the links of each leaf as spans that touch and do not overlap. The
-- first one begins with time itself, because what a visitor did before logging in becomes theirs; `since` still says when the
-- person was first known. A forgotten person keeps the span, without a name, so that nobody else inherits it.
--
-- Links that change nothing (repeats, redeliveries, persons merged since) are left out. Of more than 50 changes the first and the
-- last 49 count, as in the identity table: events join the spans of their leaf, and a session id that a broken tag gives to
-- everybody must not make that a product of millions by thousands.
WITH link AS (
    SELECT l.workspace_id, l.leaf_type, coalesce(l.scope, '') AS scope, l.leaf, l.since, l.event_id, l.person_id, r.root_id
    FROM links AS l INNER JOIN person_root AS r ON r.person_id = l.person_id
    WHERE l.kind = 'link'
),
followed AS (
    SELECT link.*,
        row_number() OVER (
            PARTITION BY workspace_id, leaf_type, scope, leaf ORDER BY since, event_id, person_id
        ) AS place,
        lag(root_id) OVER (
            PARTITION BY workspace_id, leaf_type, scope, leaf ORDER BY since, event_id, person_id
        ) AS previous_root_id
    FROM link
),
change AS (
    SELECT workspace_id, leaf_type, scope, leaf, since, root_id, place,
        row_number() OVER (
            PARTITION BY workspace_id, leaf_type, scope, leaf ORDER BY place DESC
        ) AS place_from_end
    FROM followed
    WHERE place = 1 OR root_id IS DISTINCT FROM previous_root_id
)
SELECT workspace_id, leaf_type, scope, leaf, root_id AS person_id, since,
    CASE WHEN place = 1 THEN TIMESTAMP '0001-01-01 00:00:00.000' ELSE since END AS starts_at,
    lead(since, 1, TIMESTAMP '9999-12-31 00:00:00.000') OVER (
        PARTITION BY workspace_id, leaf_type, scope, leaf ORDER BY place
    ) AS ends_at
FROM change
WHERE place = 1 OR place_from_end <= 49
