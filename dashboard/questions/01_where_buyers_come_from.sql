-- Where do buyers come from
-- Change: pixel, goal, days.
-- channel: what brought the session in which they bought; unknown where nothing tells
-- orders: how many purchases
-- buyers: how many people made them; a person, else a visitor, else a session
-- unit: the currency, or points
-- revenue: what the purchases are worth in it
SELECT coalesce(nullif(channel, 'internal'), 'unknown') AS channel, count(*) AS orders,
    count(DISTINCT coalesce(person_id, visitor_id, session_id)) AS buyers, unit, sum(value) AS revenue
FROM conversions
WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND day BETWEEN '2025-06-01' AND '2025-06-30'
GROUP BY coalesce(nullif(channel, 'internal'), 'unknown'), unit
ORDER BY revenue DESC NULLS LAST, channel
