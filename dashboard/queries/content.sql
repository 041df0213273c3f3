-- What is looked at, where visits begin and where they end.
WITH viewed AS (
    SELECT pixel_id, dt, session_id, host, path, title,
        row_number() OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS place,
        lead(dt) OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS next_dt
    FROM hit
    WHERE type = 'page_view'
)
SELECT pixel_id, dt AS day, host, path, title,
    count(*) AS page_views,
    sum(CASE WHEN session_id IS NOT NULL AND place = 1 THEN 1 ELSE 0 END) AS entries,
    sum(
        CASE
            WHEN session_id IS NULL THEN 0
            WHEN next_dt IS NULL OR date_diff('day', CAST(dt AS date), CAST(next_dt AS date)) > 1 THEN 1
            ELSE 0
        END
    ) AS exits
FROM viewed
GROUP BY 1, 2, 3, 4, 5
