-- Goals reached, each conversion in one row, by what brought its session; by what its event says where it has none. What begins on a later
-- day brought nobody: where repeats of a message differ, the one that counts as a hit may be of no session, and the one that converts of one.
WITH placed AS (
    SELECT g.*,
        row_number() OVER (
            PARTITION BY pixel_id, goal_key, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id, once_key
        ) AS place_in_session
    FROM goals_reached AS g
)
SELECT p.pixel_id, p.dt AS day, p.goal, p.source, p.unit, v.channel, v.campaign, v.country, v.browser, v.device, v.landing,
    count(*) AS conversions,
    sum(CASE WHEN p.session_id IS NOT NULL AND p.place_in_session = 1 THEN 1 ELSE 0 END) AS sessions,
    sum(p.value) AS value
FROM placed AS p
LEFT JOIN visit AS v
    ON v.pixel_id = p.pixel_id
    AND v.visit_id = coalesce(p.session_id, p.event_id)
    AND v.day <= p.dt
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
