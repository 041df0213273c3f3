-- Do new or returning visitors convert better
-- Change: pixel, days.
-- visit: `new` for somebody's first session ever, `returning` for a later one
-- sessions: how many
-- converted: how many of them reached a goal
-- percent: their share of the sessions
SELECT visit, count(*) AS sessions, count_if(conversions > 0) AS converted,
    round(100e0 * count_if(conversions > 0) / count(*), 1) AS percent
FROM (
    SELECT started_at, conversions,
        CASE
            WHEN row_number() OVER (
                PARTITION BY coalesce(person_id, visitor_id, session_id) ORDER BY started_at, session_id
            ) = 1 THEN 'new'
            ELSE 'returning'
        END AS visit
    FROM sessions
    WHERE pixel_id = 'px_one'
) AS visited
WHERE CAST(started_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
GROUP BY visit
ORDER BY visit
