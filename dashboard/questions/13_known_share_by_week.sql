-- What share of our visitors do we know
-- Change: pixel, days.
-- week: its Monday
-- visitors: how many were there; a person, else a visitor, else a session
-- known: of how many an e-mail address, a phone number or a user id is known today
-- percent: their share
SELECT e.week, count(*) AS visitors, count_if(coalesce(p.is_known, false)) AS known,
    round(100e0 * count_if(coalesce(p.is_known, false)) / count(*), 1) AS percent
FROM (
    SELECT DISTINCT CAST(date_trunc('week', received_at) AS date) AS week, coalesce(person_id, visitor_id, session_id) AS actor, person_id
    FROM events_stitched
    WHERE pixel_id = 'px_one' AND dt BETWEEN '2025-06-01' AND '2025-06-30' AND outcome = 'accepted'
) AS e
LEFT JOIN people AS p ON p.person_id = e.person_id
WHERE e.actor IS NOT NULL
GROUP BY e.week
ORDER BY week
