-- What people use; of the versions only the major ones, lest there be a row for each update.
WITH placed AS (
    SELECT h.*, row_number() OVER (PARTITION BY pixel_id, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id) AS place
    FROM hit AS h
)
SELECT pixel_id, dt AS day, browser, split_part(browser_version, '.', 1) AS browser_version, os, os_version, device_type AS device,
    sum(CASE WHEN session_id IS NOT NULL AND place = 1 THEN 1 ELSE 0 END) AS sessions,
    count(*) AS events
FROM placed
GROUP BY 1, 2, 3, 4, 5, 6, 7
