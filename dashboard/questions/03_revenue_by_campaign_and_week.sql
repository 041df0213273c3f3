-- What does each campaign earn, week by week
-- Change: pixel, goal, days.
-- week: its Monday
-- campaign: utm_campaign of what brought the session, or (none)
-- orders: how many purchases
-- unit: the currency, or points
-- revenue: what they are worth in it
SELECT CAST(date_trunc('week', c.received_at) AS date) AS week, coalesce(s.utm_campaign, '(none)') AS campaign,
    count(*) AS orders, c.unit, sum(c.value) AS revenue
FROM goals_reached AS c
LEFT JOIN sessions AS s ON s.pixel_id = c.pixel_id AND s.session_id = c.session_id
WHERE c.pixel_id = 'px_one' AND c.goal = 'Purchase' AND c.day BETWEEN '2025-06-01' AND '2025-06-30'
GROUP BY date_trunc('week', c.received_at), coalesce(s.utm_campaign, '(none)'), c.unit
ORDER BY week, revenue DESC NULLS LAST, campaign
