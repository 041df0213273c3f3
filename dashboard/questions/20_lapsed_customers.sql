-- Which customers have lapsed
-- Change: pixel, goal, and the day as of which to ask.
-- last_purchase: how long ago customers bought last
-- customers: how many did
-- came_back: how many of them have been on the site in the last 30 days
-- reachable: how many are known by an e-mail address; whether they consent is for an audience to tell
SELECT last_purchase, count(*) AS customers, count_if(days_since_visit <= 30) AS came_back, count_if(email_sha256 IS NOT NULL) AS reachable
FROM (
    SELECT
        CASE
            WHEN date_diff('day', b.bought_on, DATE '2025-06-30') <= 30 THEN '1 up to 30 days'
            WHEN date_diff('day', b.bought_on, DATE '2025-06-30') <= 90 THEN '2 up to 90 days'
            WHEN date_diff('day', b.bought_on, DATE '2025-06-30') <= 180 THEN '3 up to 180 days'
            ELSE '4 longer ago'
        END AS last_purchase,
        date_diff('day', CAST(p.last_seen AS date), DATE '2025-06-30') AS days_since_visit, p.email_sha256
    FROM (
        SELECT person_id, CAST(max(received_at) AS date) AS bought_on
        FROM conversions
        WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND person_id IS NOT NULL AND day <= '2025-06-30'
        GROUP BY person_id
    ) AS b
    INNER JOIN people AS p ON p.person_id = b.person_id
) AS customer
GROUP BY last_purchase
ORDER BY last_purchase
