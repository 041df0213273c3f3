-- One row a person, by its root, and one a visitor or session that no person is known of. Only accepted events count, each hit
-- once whenever it was repeated; the forgotten do not appear. It reads the whole log: for a window of time, group
-- events_stitched by person_id.
WITH node AS (
    SELECT r.root_id AS person_id, l.workspace_id, l.since AS seen_at, l.node_type, l.digest,
        row_number() OVER (PARTITION BY r.root_id, l.node_type ORDER BY l.since DESC, l.digest) AS place
    FROM links AS l INNER JOIN person_root AS r ON r.person_id = l.person_id
    WHERE l.kind = 'node' AND r.root_id IS NOT NULL
),
event AS (
    SELECT
        CASE
            WHEN person_id IS NOT NULL THEN person_id
            WHEN visitor_id IS NOT NULL THEN concat('visitor:', workspace_id, ':', visitor_id)
            ELSE concat('session:', pixel_id, ':', session_id)
        END AS person_id,
        workspace_id, type, least(coalesce(occurred_at, received_at), received_at) AS seen_at,
        concat(pixel_id, ':', session_id) AS session_key,
        row_number() OVER (PARTITION BY pixel_id, hit_key ORDER BY dt, received_at, event_id) AS place
    FROM events_stitched
    WHERE outcome = 'accepted'
        AND (person_id IS NOT NULL
            OR (attributed IS NULL AND (visitor_id IS NOT NULL OR session_id IS NOT NULL)))
),
sighting AS (
    SELECT person_id, workspace_id, seen_at, type, session_key, 1 AS is_event,
        0 AS is_known, CAST(NULL AS varchar) AS email_sha256
    FROM event
    WHERE place = 1
    UNION ALL
    SELECT person_id, workspace_id, seen_at, NULL, NULL, 0,
        CASE WHEN node_type = 'user_id' OR node_type LIKE 'email%' OR node_type LIKE 'phone%' THEN 1 ELSE 0 END,
        CASE WHEN node_type = 'email_sha256' AND place = 1 THEN digest END
    FROM node
)
SELECT person_id, max(workspace_id) AS workspace_id, min(seen_at) AS first_seen, max(seen_at) AS last_seen,
    sum(is_event) AS events,
    count(DISTINCT session_key) AS sessions,
    sum(CASE WHEN type = 'conversion' THEN 1 ELSE 0 END) AS conversions,
    sum(CASE WHEN type = 'purchase' THEN 1 ELSE 0 END) AS purchases,
    sum(CASE WHEN type = 'lead' THEN 1 ELSE 0 END) AS leads,
    max(is_known) = 1 AS is_known,
    max(email_sha256) AS email_sha256
FROM sighting
GROUP BY person_id
