-- One row a session, on the day of its first event: what brought it, where it landed, and what it did on that day and the next. Later
-- events are left out, so that a day is complete when the next one is over. An event without a session is a visit of its own. The channel
-- `internal` tells where somebody came from within the site, not what brought them: where there is no other, it is not known.
WITH own AS (
    SELECT h.*, coalesce(session_id, event_id) AS visit_id,
        min(dt) OVER (PARTITION BY pixel_id, coalesce(session_id, event_id)) AS day
    FROM hit AS h
),
placed AS (
    SELECT own.*,
        row_number() OVER (PARTITION BY pixel_id, visit_id ORDER BY dt, received_at, event_id) AS place,
        row_number() OVER (
            PARTITION BY pixel_id, visit_id
            ORDER BY CASE WHEN channel <> 'internal' THEN 0 ELSE 1 END, dt, received_at, event_id
        ) AS place_of_source
    FROM own
    WHERE date_diff('day', CAST(day AS date), CAST(dt AS date)) <= 1
)
SELECT pixel_id, visit_id, max(session_id) AS session_id, min(day) AS day,
    max(CASE WHEN place_of_source = 1 THEN nullif(channel, 'internal') END) AS channel,
    max(CASE WHEN place_of_source = 1 THEN utm_campaign END) AS campaign,
    min_by(country, CASE WHEN country IS NOT NULL THEN place END) AS country,
    min_by(browser, CASE WHEN browser IS NOT NULL THEN place END) AS browser,
    min_by(os, CASE WHEN os IS NOT NULL THEN place END) AS os,
    min_by(device_type, CASE WHEN device_type IS NOT NULL THEN place END) AS device,
    min_by(concat(coalesce(host, ''), path), CASE WHEN path IS NOT NULL THEN place END) AS landing,
    sum(CASE WHEN type = 'page_view' THEN 1 ELSE 0 END) AS page_views,
    date_diff('millisecond', min(moment), max(moment)) / 1000 AS seconds
FROM placed
GROUP BY pixel_id, visit_id
