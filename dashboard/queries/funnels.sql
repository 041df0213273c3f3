-- How far those got who entered a funnel on a day.
SELECT pixel_id,
    date_format(date_add('millisecond', begun, TIMESTAMP '1970-01-01 00:00:00.000'), '%Y-%m-%d') AS day,
    funnel, step, goal,
    count(DISTINCT actor_id) AS entries
FROM funnel_chains
WHERE begun IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
