-- What people look at: one row a person and section of a site, the host and the first segment of the path. A person who is not known yet is
-- their visitor or session, as in the view people. Accepted page views count, each hit once whenever it was repeated; the forgotten do not
-- appear. It reads the whole log.
WITH viewing AS (
    SELECT
        CASE
            WHEN person_id IS NOT NULL THEN person_id
            WHEN visitor_id IS NOT NULL THEN concat('visitor:', workspace_id, ':', visitor_id)
            ELSE concat('session:', pixel_id, ':', session_id)
        END AS person_id,
        workspace_id, host, concat('/', coalesce(split_part(path, '/', 2), '')) AS section,
        least(coalesce(occurred_at, received_at), received_at) AS seen_at,
        row_number() OVER (PARTITION BY pixel_id, hit_key ORDER BY dt, received_at, event_id) AS place
    FROM events_stitched
    WHERE outcome = 'accepted' AND type = 'page_view' AND host IS NOT NULL
        AND (person_id IS NOT NULL
            OR (attributed IS NULL AND (visitor_id IS NOT NULL OR session_id IS NOT NULL)))
),
section AS (
    SELECT person_id, max(workspace_id) AS workspace_id, host, section, count(*) AS views,
        min(seen_at) AS first_seen, max(seen_at) AS last_seen
    FROM viewing
    WHERE place = 1
    GROUP BY person_id, host, section
)
SELECT person_id, workspace_id, host, section, views,
    CAST(views AS double) / sum(views) OVER (PARTITION BY person_id) AS share, first_seen, last_seen
FROM section
