-- How much happens, by the hour.
SELECT pixel_id, dt AS day, CAST(date_format(received_at, '%H') AS integer) AS hour,
    count(*) AS events,
    sum(CASE WHEN type = 'page_view' THEN 1 ELSE 0 END) AS page_views
FROM hit
GROUP BY 1, 2, 3
