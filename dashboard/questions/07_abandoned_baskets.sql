-- How many baskets are abandoned, and how many of those could be reminded
-- Change: pixel, goals (basket, then purchase), days.
-- day: when somebody last filled a basket
-- baskets: how many people did
-- abandoned: how many of them have not bought since
-- percent: their share of the baskets
-- reachable: how many of the abandoned are known by an e-mail address; whether they consent is for an audience to tell
SELECT CAST(b.basket_at AS date) AS day, count(*) AS baskets, count_if(b.bought_at IS NULL) AS abandoned,
    round(100e0 * count_if(b.bought_at IS NULL) / count(*), 1) AS percent,
    count_if(b.bought_at IS NULL AND p.email_sha256 IS NOT NULL) AS reachable
FROM (
    SELECT actor, max(person_id) AS person_id, max(basket_at) AS basket_at,
        max(CASE WHEN goal = 'Purchase' AND received_at >= basket_at THEN received_at END) AS bought_at
    FROM (
        SELECT coalesce(person_id, visitor_id, session_id) AS actor, person_id, goal, received_at,
            max(CASE WHEN goal = 'Add to basket' THEN received_at END) OVER (
                PARTITION BY coalesce(person_id, visitor_id, session_id)
            ) AS basket_at
        FROM conversions
        WHERE pixel_id = 'px_one' AND goal IN ('Add to basket', 'Purchase')
            AND coalesce(person_id, visitor_id, session_id) IS NOT NULL
    ) AS marked
    WHERE basket_at IS NOT NULL
    GROUP BY actor
) AS b
LEFT JOIN people AS p ON p.person_id = b.person_id
WHERE CAST(b.basket_at AS date) BETWEEN DATE '2025-06-01' AND DATE '2025-06-30'
GROUP BY CAST(b.basket_at AS date)
ORDER BY day
