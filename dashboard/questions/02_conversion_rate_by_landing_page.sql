-- Which landing pages convert
-- Change: pixel, goal, days.
-- landing_page: the path on which a session began
-- sessions: how many began there
-- converted: how many of them reached the goal
-- percent: their share of the sessions
SELECT s.entry_path AS landing_page, count(*) AS sessions, count(g.session_id) AS converted,
    round(100e0 * count(g.session_id) / count(*), 1) AS percent
FROM sessions AS s
LEFT JOIN (
    SELECT DISTINCT pixel_id, session_id
    FROM goals_reached
    WHERE goal = 'Purchase'
) AS g ON g.pixel_id = s.pixel_id AND g.session_id = s.session_id
WHERE s.pixel_id = 'px_one' AND s.entry_path IS NOT NULL
    AND CAST(s.started_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
GROUP BY s.entry_path
ORDER BY sessions DESC, landing_page
LIMIT 100
