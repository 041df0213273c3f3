-- How many different visitors and people were active, and how many days they had been away: docs/dashboard.md says how unique actors of any
-- range follow from that. One reading of the hits serves both kinds of actor.
WITH sighted AS (
    SELECT h.pixel_id, h.dt, side.kind AS side,
        CASE
            WHEN side.kind = 'person' AND h.person_id IS NOT NULL THEN concat('person:', h.person_id)
            WHEN h.visitor_id IS NOT NULL THEN concat('visitor:', h.visitor_id)
            ELSE concat('session:', h.session_id)
        END AS actor,
        CASE WHEN side.kind = 'person' THEN h.person_id END AS person_id
    FROM person_hit AS h
    CROSS JOIN UNNEST(ARRAY['visitor', 'person']) AS side (kind)
    -- The forgotten are nobody: an event whose leaf is known to be theirs is no person's.
    WHERE side.kind = 'visitor' OR h.person_id IS NOT NULL OR h.attributed IS NULL
),
active AS (
    SELECT pixel_id, dt, side, actor, person_id
    FROM sighted
    WHERE actor IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
),
followed AS (
    SELECT active.*, lag(dt) OVER (PARTITION BY pixel_id, side, actor ORDER BY dt) AS active_before
    FROM active
)
SELECT f.pixel_id, f.dt AS day,
    CASE WHEN f.side = 'visitor' THEN 'visitor' WHEN k.person_id IS NOT NULL THEN 'known' ELSE 'anonymous' END AS kind,
    date_diff('day', CAST(f.active_before AS date), CAST(f.dt AS date)) AS gap,
    count(*) AS actors
FROM followed AS f
LEFT JOIN known_person AS k ON k.person_id = f.person_id
GROUP BY 1, 2, 3, 4
