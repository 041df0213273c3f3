-- At which hours do people convert
-- Change: pixel, goal, days, and 2: your hours ahead of UTC.
-- weekday: 1 is Monday, 7 is Sunday
-- hour: 0 to 23, local
-- conversions: how many in this hour of all such weekdays
SELECT day_of_week(date_add('hour', 2, received_at)) AS weekday, hour(date_add('hour', 2, received_at)) AS hour, count(*) AS conversions
FROM goals_reached
WHERE pixel_id = 'px_one' AND goal = 'Purchase' AND day BETWEEN '2025-06-01' AND '2025-06-30'
GROUP BY 1, 2
ORDER BY 1, 2
