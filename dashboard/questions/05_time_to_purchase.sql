-- How long do people take to buy
-- Change: pixel, goal, days.
-- time_to_purchase: from the beginning of their first session to their first purchase
-- buyers: how many bought for the first time in these days, after so long
-- percent: their share of the buyers
SELECT time_to_purchase, buyers, round(100e0 * buyers / sum(buyers) OVER (), 1) AS percent
FROM (
    SELECT
        CASE
            WHEN hours < 1 THEN '1 within an hour'
            WHEN hours < 24 THEN '2 within a day'
            WHEN hours < 168 THEN '3 within a week'
            WHEN hours < 720 THEN '4 within 30 days'
            ELSE '5 later'
        END AS time_to_purchase,
        count(*) AS buyers
    FROM (
        SELECT b.bought_at, date_diff('millisecond', min(s.started_at), b.bought_at) / 3600000 AS hours
        FROM (
            SELECT coalesce(person_id, visitor_id, session_id) AS actor, min(received_at) AS bought_at
            FROM conversions
            WHERE pixel_id = 'px_one' AND goal = 'Purchase'
            GROUP BY coalesce(person_id, visitor_id, session_id)
        ) AS b
        INNER JOIN sessions AS s
            ON coalesce(s.person_id, s.visitor_id, s.session_id) = b.actor AND s.pixel_id = 'px_one'
        GROUP BY b.actor, b.bought_at
    ) AS way
    WHERE CAST(bought_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
    GROUP BY 1
) AS counted
ORDER BY time_to_purchase
