-- Which channels bring newsletter sign-ups
-- Change: pixel, goal, days (they stand twice).
-- channel: what brought the session; unknown where nothing tells
-- sessions: how many it brought
-- sign_ups: how often the goal was reached in them
-- percent: sign-ups for a hundred sessions
SELECT channel, sum(is_session) AS sessions, sum(is_sign_up) AS sign_ups,
    round(100e0 * sum(is_sign_up) / nullif(sum(is_session), 0), 1) AS percent
FROM (
    SELECT coalesce(nullif(channel, 'internal'), 'unknown') AS channel, 1 AS is_session, 0 AS is_sign_up
    FROM sessions
    WHERE pixel_id = 'px_one' AND CAST(started_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
    UNION ALL
    SELECT coalesce(nullif(channel, 'internal'), 'unknown'), 0, 1
    FROM goals_reached
    WHERE pixel_id = 'px_one' AND goal = 'Newsletter' AND day BETWEEN '2025-06-01' AND '2025-06-30'
) AS brought
GROUP BY channel
ORDER BY sign_ups DESC, sessions DESC, channel
