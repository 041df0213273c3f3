-- Each event once a day of receipt, with the person it belongs to as far as is known today.
--
-- Of the rows of one day (`dt`) with one hit_key the first received stays. A repeat that came on another day is there again; to count
-- exactly over days, count hit_keys.
SELECT
    event_id, message_id, pixel_id, workspace_id, dialect, type, name, outcome, reason, received_at,
    occurred_at, session_id, visitor_id, url, host, path, title, referrer, referrer_host,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id, channel, goals, value,
    currency, order_id, products, labels, props, country, region, city, time_zone, language,
    user_agent, browser, browser_version, os, os_version, device_type, client_class, consent,
    schema_version, dt, hit_key, person_id, attributed, is_back_attributed
FROM events_attributed
WHERE place = 1
