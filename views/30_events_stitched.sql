-- Each event once, with the person it belongs to as far as is known today.
--
-- Once: of the accepted rows of a pixel with one message_id, and of any rows with one event_id, the first received stays; a repeat
-- is known by its own day and the day before. Windows and joins go by `dt`, so that WHERE dt ... reads those partitions only.
--
-- Whose: that of the link in force when it happened, of its session or else of its visitor; where there is none, that of the first
-- link of its session or else of its visitor (docs/identity.md, "Leaves and time"). `attributed` names the leaf that decided; it
-- is set without a person_id where that person was forgotten. An event happened when its client says, unless that is after it was
-- received: so count the links too.
WITH keyed AS (
    SELECT e.*, least(coalesce(e.occurred_at, e.received_at), e.received_at) AS moment,
        CASE
            WHEN e.outcome = 'accepted' AND e.message_id IS NOT NULL THEN concat('message ', e.message_id)
            ELSE concat('event ', e.event_id)
        END AS once_key
    FROM events AS e
),
ranked AS (
    SELECT keyed.*,
        row_number() OVER (PARTITION BY dt, pixel_id, once_key ORDER BY received_at, event_id) AS place
    FROM keyed
),
day_before AS (
    SELECT pixel_id, once_key,
        CAST(CAST(date_add('day', 1, CAST(dt AS date)) AS date) AS varchar) AS next_dt
    FROM keyed
),
counted AS (
    SELECT ranked.*
    FROM ranked
    LEFT JOIN day_before
        ON day_before.next_dt = ranked.dt
        AND day_before.pixel_id = ranked.pixel_id
        AND day_before.once_key = ranked.once_key
    WHERE ranked.place = 1 AND day_before.once_key IS NULL
),
linked AS (
    SELECT c.*, s.person_id AS session_person_id, s.since AS session_since,
        v.person_id AS visitor_person_id, v.since AS visitor_since,
        CASE
            WHEN s.since <= c.moment THEN 'session'
            WHEN v.since <= c.moment THEN 'visitor'
            WHEN s.since IS NOT NULL THEN 'session'
            WHEN v.since IS NOT NULL THEN 'visitor'
        END AS attributed
    FROM counted AS c
    LEFT JOIN leaf_span AS s
        ON s.leaf_type = 'session'
        AND s.workspace_id = c.workspace_id
        AND s.scope = c.pixel_id
        AND s.leaf = c.session_id
        AND c.moment >= s.starts_at
        AND c.moment < s.ends_at
    LEFT JOIN leaf_span AS v
        ON v.leaf_type = 'visitor'
        AND v.workspace_id = c.workspace_id
        AND v.leaf = c.visitor_id
        AND c.moment >= v.starts_at
        AND c.moment < v.ends_at
),
attributed_event AS (
    SELECT linked.*,
        CASE attributed WHEN 'session' THEN session_person_id WHEN 'visitor' THEN visitor_person_id END AS person_id,
        CASE attributed WHEN 'session' THEN session_since WHEN 'visitor' THEN visitor_since END AS known_since
    FROM linked
)
SELECT
    event_id, message_id, pixel_id, workspace_id, dialect, type, name, outcome, reason, received_at,
    occurred_at, session_id, visitor_id, url, host, path, title, referrer, referrer_host,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id, channel, goals, value,
    currency, order_id, products, labels, props, country, region, city, time_zone, language,
    user_agent, browser, browser_version, os, os_version, device_type, client_class, consent,
    schema_version, dt, person_id, attributed,
    coalesce(known_since > moment, false) AS is_back_attributed
FROM attributed_event
