-- Which segments buy
-- Change: pixel, goal, days (they stand twice).
-- label: the name of a label that events carried
-- segment: its value
-- people: how many people had it; a person, else a visitor, else a session
-- buyers: how many of them reached the goal
-- percent: their share of the people
SELECT s.label, s.segment, count(*) AS people, count(c.actor) AS buyers, round(100e0 * count(c.actor) / count(*), 1) AS percent
FROM (
    SELECT DISTINCT held.label, element_at(e.labels, held.label) AS segment, coalesce(e.person_id, e.visitor_id, e.session_id) AS actor
    FROM events_stitched AS e CROSS JOIN UNNEST(map_keys(e.labels)) AS held (label)
    WHERE e.pixel_id = 'px_one' AND e.dt BETWEEN '2025-06-01' AND '2025-06-30' AND e.outcome = 'accepted'
) AS s
LEFT JOIN (
    SELECT DISTINCT coalesce(person_id, visitor_id, session_id) AS actor
    FROM conversions
    WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND day BETWEEN '2025-06-01' AND '2025-06-30'
) AS c ON c.actor = s.actor
WHERE s.actor IS NOT NULL
GROUP BY s.label, s.segment
ORDER BY buyers DESC, people DESC, label, segment
LIMIT 100
