-- Which countries does revenue come from
-- Change: pixel, goal, days.
-- country: two letters, or unknown
-- orders: how many purchases
-- buyers: how many people made them; a person, else a visitor, else a session
-- unit: the currency, or points
-- revenue: what the purchases are worth in it
-- average: what one of them is worth
SELECT coalesce(country, 'unknown') AS country, count(*) AS orders, count(DISTINCT coalesce(person_id, visitor_id, session_id)) AS buyers,
    unit, sum(value) AS revenue, round(CAST(sum(value) AS double) / count(value), 2) AS average
FROM conversions
WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND day BETWEEN '2025-06-01' AND '2025-06-30'
GROUP BY coalesce(country, 'unknown'), unit
ORDER BY revenue DESC NULLS LAST, country
