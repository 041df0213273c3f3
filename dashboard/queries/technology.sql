-- What people use; of the versions only the major ones, lest there be a row for each update.
WITH placed AS (
    SELECT h.*, row_number() OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS place
    FROM hit AS h
)
SELECT p.pixel_id, p.dt AS day, p.browser, split_part(p.browser_version, '.', 1) AS browser_version, p.os, p.os_version, p.device_type AS device,
    sum(CASE WHEN p.session_id IS NOT NULL AND e.session_id IS NULL AND p.place = 1 THEN 1 ELSE 0 END) AS sessions,
    count(*) AS events
FROM placed AS p
LEFT JOIN earlier_session AS e ON e.pixel_id = p.pixel_id AND e.session_id = p.session_id
GROUP BY 1, 2, 3, 4, 5, 6, 7
