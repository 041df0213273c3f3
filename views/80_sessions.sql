-- One row a session of a pixel: its accepted events, each hit once whenever it was repeated, and its conversions, each with the session of
-- the event that stands for it. What brought it (`channel`, utm_*) is told by its first event with a channel other than `internal`, else by
-- its first event; country, device and browser are the first ones known, the person is the last one. It reads the whole log.
WITH event AS (
    SELECT pixel_id, workspace_id, session_id, type, path, channel, utm_source, utm_medium, utm_campaign, country, device_type, browser,
        visitor_id, person_id, received_at, event_id, least(coalesce(occurred_at, received_at), received_at) AS moment,
        row_number() OVER (PARTITION BY pixel_id, hit_key ORDER BY received_at, event_id, dt) AS place_of_hit
    FROM events_stitched
    WHERE outcome = 'accepted' AND session_id IS NOT NULL
),
placed AS (
    SELECT event.*,
        row_number() OVER (PARTITION BY pixel_id, session_id ORDER BY moment, event_id) AS place,
        row_number() OVER (
            PARTITION BY pixel_id, session_id
            ORDER BY CASE WHEN channel <> 'internal' THEN 0 ELSE 1 END, moment, event_id
        ) AS place_of_source
    FROM event
    WHERE place_of_hit = 1
),
sighting AS (
    SELECT pixel_id, workspace_id, session_id, 1 AS is_event, type, moment, place, place_of_source, path, channel, utm_source, utm_medium,
        utm_campaign, country, device_type, browser, visitor_id, person_id
    FROM placed
    UNION ALL
    SELECT pixel_id, workspace_id, session_id, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM goals_reached
    WHERE session_id IS NOT NULL
),
visit AS (
    SELECT pixel_id, session_id, max(workspace_id) AS workspace_id, min(moment) AS started_at, max(moment) AS ended_at,
        sum(is_event) AS events,
        sum(CASE WHEN type = 'page_view' THEN 1 ELSE 0 END) AS page_views,
        sum(1 - is_event) AS conversions,
        min_by(path, CASE WHEN path IS NOT NULL THEN place END) AS entry_path,
        max_by(path, CASE WHEN path IS NOT NULL THEN place END) AS exit_path,
        max(CASE WHEN place_of_source = 1 THEN channel END) AS channel,
        max(CASE WHEN place_of_source = 1 THEN utm_source END) AS utm_source,
        max(CASE WHEN place_of_source = 1 THEN utm_medium END) AS utm_medium,
        max(CASE WHEN place_of_source = 1 THEN utm_campaign END) AS utm_campaign,
        min_by(country, CASE WHEN country IS NOT NULL THEN place END) AS country,
        min_by(device_type, CASE WHEN device_type IS NOT NULL THEN place END) AS device_type,
        min_by(browser, CASE WHEN browser IS NOT NULL THEN place END) AS browser,
        min_by(visitor_id, CASE WHEN visitor_id IS NOT NULL THEN place END) AS visitor_id,
        max_by(person_id, CASE WHEN person_id IS NOT NULL THEN place END) AS person_id
    FROM sighting
    GROUP BY pixel_id, session_id
)
SELECT pixel_id, workspace_id, session_id, started_at, ended_at,
    date_diff('millisecond', started_at, ended_at) / 1000 AS duration_seconds,
    events, page_views, conversions, entry_path, exit_path, channel, utm_source, utm_medium, utm_campaign, country, device_type, browser,
    visitor_id, person_id, page_views <= 1 AND conversions = 0 AS is_bounce
FROM visit
