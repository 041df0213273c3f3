-- What is looked at, where visits begin and where they end.
WITH viewed AS (
    SELECT pixel_id, dt, session_id, host, path, title,
        row_number() OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS place,
        lead(dt) OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS next_dt
    FROM hit
    WHERE type = 'page_view'
)
SELECT v.pixel_id, v.dt AS day, v.host, v.path, v.title,
    count(*) AS page_views,
    sum(CASE WHEN v.session_id IS NOT NULL AND e.session_id IS NULL AND v.place = 1 THEN 1 ELSE 0 END) AS entries,
    sum(
        CASE
            WHEN v.session_id IS NULL THEN 0
            WHEN v.next_dt IS NULL OR date_diff('day', CAST(v.dt AS date), CAST(v.next_dt AS date)) > 1 THEN 1
            ELSE 0
        END
    ) AS exits
FROM viewed AS v
LEFT JOIN earlier_session AS e ON e.pixel_id = v.pixel_id AND e.session_id = v.session_id
GROUP BY 1, 2, 3, 4, 5
