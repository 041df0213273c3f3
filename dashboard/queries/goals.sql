-- Goals reached, each conversion in one row, by what brought its session; by what its event says where it has none.
WITH placed AS (
    SELECT g.*,
        row_number() OVER (
            PARTITION BY pixel_id, goal_key, coalesce(session_id, event_id) ORDER BY dt, received_at, event_id, once_key
        ) AS place_in_session
    FROM goals_reached AS g
),
alone AS (
    SELECT pixel_id, event_id, max(utm_campaign) AS campaign, max(device_type) AS device,
        max(concat(coalesce(host, ''), path)) AS landing
    FROM events
    WHERE outcome = 'accepted' AND session_id IS NULL
    GROUP BY 1, 2
)
SELECT p.pixel_id, p.dt AS day, p.goal, p.source, p.unit,
    CASE WHEN v.session_id IS NULL THEN p.channel ELSE v.channel END AS channel,
    CASE WHEN v.session_id IS NULL THEN a.campaign ELSE v.campaign END AS campaign,
    CASE WHEN v.session_id IS NULL THEN p.country ELSE v.country END AS country,
    CASE WHEN v.session_id IS NULL THEN p.browser ELSE v.browser END AS browser,
    CASE WHEN v.session_id IS NULL THEN a.device ELSE v.device END AS device,
    CASE WHEN v.session_id IS NULL THEN a.landing ELSE v.landing END AS landing,
    count(*) AS conversions,
    sum(CASE WHEN p.session_id IS NOT NULL AND p.place_in_session = 1 THEN 1 ELSE 0 END) AS sessions,
    sum(p.value) AS value
FROM placed AS p
LEFT JOIN visit AS v ON v.pixel_id = p.pixel_id AND v.session_id = p.session_id
LEFT JOIN alone AS a ON a.pixel_id = p.pixel_id AND a.event_id = p.event_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
