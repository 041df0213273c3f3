-- Where do people drop off, by device
-- Change: pixel, goals (first, second and third step), days.
-- device: the kind of device
-- first_step, second_step, third_step: sessions that got there, each step after the one before
-- percent_second, percent_third: their share of the step before
SELECT coalesce(s.device_type, 'unknown') AS device, count(c.first_at) AS first_step, count(c.second_at) AS second_step,
    count(c.third_at) AS third_step,
    round(100e0 * count(c.second_at) / count(c.first_at), 1) AS percent_second,
    round(100e0 * count(c.third_at) / nullif(count(c.second_at), 0), 1) AS percent_third
FROM (
    SELECT session_id, max(first_at) AS first_at, max(second_at) AS second_at,
        min(CASE WHEN goal = 'Purchase' AND received_at > second_at THEN received_at END) AS third_at
    FROM (
        SELECT session_id, goal, received_at, first_at,
            min(CASE WHEN goal = 'Checkout' AND received_at > first_at THEN received_at END) OVER (PARTITION BY session_id) AS second_at
        FROM (
            SELECT session_id, goal, received_at,
                min(CASE WHEN goal = 'Add to basket' THEN received_at END) OVER (PARTITION BY session_id) AS first_at
            FROM goals_reached
            WHERE pixel_id = 'px_one' AND session_id IS NOT NULL AND goal IN ('Add to basket', 'Checkout', 'Purchase')
        ) AS one
    ) AS two
    GROUP BY session_id
) AS c
INNER JOIN sessions AS s ON s.pixel_id = 'px_one' AND s.session_id = c.session_id
WHERE CAST(c.first_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
GROUP BY coalesce(s.device_type, 'unknown')
ORDER BY first_step DESC, device
