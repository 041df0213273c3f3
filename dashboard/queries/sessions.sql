-- What brought sessions, and whether they came to anything.
WITH converted AS (
    SELECT pixel_id, session_id, min(dt) AS dt
    FROM goals_reached
    WHERE session_id IS NOT NULL
    GROUP BY 1, 2
),
known AS (
    SELECT h.pixel_id, h.session_id, min(h.dt) AS dt
    FROM person_hit AS h INNER JOIN known_person AS k ON k.person_id = h.person_id
    WHERE h.session_id IS NOT NULL
    GROUP BY 1, 2
)
SELECT v.pixel_id, v.day, v.channel, v.campaign, v.country, v.browser, v.os, v.device, v.landing,
    coalesce(date_diff('day', CAST(v.day AS date), CAST(k.dt AS date)) <= 1, false) AS is_known,
    count(*) AS sessions,
    sum(
        CASE WHEN v.page_views > 1 OR date_diff('day', CAST(v.day AS date), CAST(c.dt AS date)) <= 1 THEN 1 ELSE 0 END
    ) AS engaged,
    sum(v.page_views) AS page_views,
    sum(v.seconds) AS seconds
FROM visit AS v
LEFT JOIN earlier_session AS e ON e.pixel_id = v.pixel_id AND e.session_id = v.session_id
LEFT JOIN converted AS c ON c.pixel_id = v.pixel_id AND c.session_id = v.session_id
LEFT JOIN known AS k ON k.pixel_id = v.pixel_id AND k.session_id = v.session_id
WHERE v.session_id IS NOT NULL AND e.session_id IS NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
