-- Each row of the log, repeats included, with the person it belongs to as far as is known today.
--
-- `hit_key` is what the repeats of one hit have in common, in its pixel: the message_id of an accepted row, else its event_id. `place`
-- numbers the rows of one day (`dt`) with one hit_key, from the first received on. It goes by the day so that WHERE dt ... reads
-- those partitions only: engines take a condition through a window by its PARTITION BY alone.
--
-- Whose: the person that the event named, where it has neither session nor visitor to be found by; else that of the link in force
-- when it happened, of its session or else of its visitor; where there is none, that of the first link of its session or else of its
-- visitor (docs/queries.md, "Whose an event is"). It happened when its client says, unless that is after it was received: so count
-- the links too. `attributed` names the leaf that decided; it is set without a person_id where that person was forgotten.
WITH keyed AS (
    SELECT e.*, least(coalesce(e.occurred_at, e.received_at), e.received_at) AS moment,
        CASE
            WHEN e.outcome = 'accepted' AND e.message_id IS NOT NULL THEN concat('message:', e.message_id)
            ELSE concat('event:', e.event_id)
        END AS hit_key
    FROM events AS e
),
ranked AS (
    SELECT keyed.*, row_number() OVER (PARTITION BY dt, pixel_id, hit_key ORDER BY received_at, event_id) AS place
    FROM keyed
),
linked AS (
    SELECT r.*, s.person_id AS session_person_id, s.since AS session_since,
        v.person_id AS visitor_person_id, v.since AS visitor_since,
        d.person_id AS direct_person_id, d.since AS direct_since,
        CASE
            WHEN d.since IS NOT NULL THEN 'event'
            WHEN s.since <= r.moment THEN 'session'
            WHEN v.since <= r.moment THEN 'visitor'
            WHEN s.since IS NOT NULL THEN 'session'
            WHEN v.since IS NOT NULL THEN 'visitor'
        END AS attributed
    FROM ranked AS r
    LEFT JOIN leaf_span AS s
        ON s.leaf_type = 'session'
        AND s.workspace_id = r.workspace_id
        AND s.scope = r.pixel_id
        AND s.leaf = r.session_id
        AND r.moment >= s.starts_at
        AND r.moment < s.ends_at
    LEFT JOIN leaf_span AS v
        ON v.leaf_type = 'visitor'
        AND v.workspace_id = r.workspace_id
        AND v.leaf = r.visitor_id
        AND r.moment >= v.starts_at
        AND r.moment < v.ends_at
    LEFT JOIN leaf_span AS d
        ON d.leaf_type = 'event'
        AND d.workspace_id = r.workspace_id
        AND d.scope = r.pixel_id
        AND d.leaf = r.event_id
),
judged AS (
    SELECT linked.*,
        CASE attributed
            WHEN 'event' THEN direct_person_id
            WHEN 'session' THEN session_person_id
            WHEN 'visitor' THEN visitor_person_id
        END AS person_id,
        CASE attributed
            WHEN 'event' THEN direct_since
            WHEN 'session' THEN session_since
            WHEN 'visitor' THEN visitor_since
        END AS known_since
    FROM linked
)
SELECT
    event_id, message_id, pixel_id, workspace_id, dialect, type, name, outcome, reason, received_at,
    occurred_at, session_id, visitor_id, url, host, path, title, referrer, referrer_host,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id, channel, goals, value,
    currency, order_id, products, labels, props, country, region, city, time_zone, language,
    user_agent, browser, browser_version, os, os_version, device_type, client_class, consent,
    schema_version, dt, hit_key, person_id, attributed,
    coalesce(known_since > moment, false) AS is_back_attributed, place
FROM judged
