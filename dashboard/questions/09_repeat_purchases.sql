-- How many customers buy again
-- Change: pixel, goal, days.
-- purchases: how often somebody bought in these days; 5 is five times or more
-- customers: how many did so
-- percent: their share of the customers
SELECT purchases, customers, round(100e0 * customers / sum(customers) OVER (), 1) AS percent
FROM (
    SELECT least(orders, 5) AS purchases, count(*) AS customers
    FROM (
        SELECT coalesce(person_id, visitor_id, session_id) AS customer, count(*) AS orders
        FROM conversions
        WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND day BETWEEN '2025-06-01' AND '2025-06-30'
            AND coalesce(person_id, visitor_id, session_id) IS NOT NULL
        GROUP BY coalesce(person_id, visitor_id, session_id)
    ) AS ordered
    GROUP BY least(orders, 5)
) AS counted
ORDER BY purchases
