-- Which channels begin what others finish: first touch against last touch
-- Change: pixel, goal, days.
-- channel: what brought a session of the buyer; unknown where nothing tells
-- unit: the currency, or points
-- first_touch: what purchases are worth whose buyer this channel brought first of all
-- last_touch: what purchases are worth before which this channel brought the buyer last
SELECT channel, unit, sum(CASE WHEN is_first THEN value END) AS first_touch, sum(CASE WHEN NOT is_first THEN value END) AS last_touch
FROM (
    SELECT o.unit, o.value, touch.is_first, CASE WHEN touch.is_first THEN o.first_channel ELSE o.last_channel END AS channel
    FROM (
        SELECT goal_key, once_key, unit, max(value) AS value, min_by(channel, began_at) AS first_channel, max_by(channel, began_at) AS last_channel
        FROM (
            SELECT c.goal_key, c.once_key, c.unit, c.value, coalesce(s.started_at, c.received_at) AS began_at,
                coalesce(nullif(CASE WHEN s.session_id IS NULL THEN c.channel ELSE s.channel END, 'internal'), 'unknown') AS channel
            FROM conversions AS c
            LEFT JOIN sessions AS s
                ON s.pixel_id = c.pixel_id
                AND coalesce(s.person_id, s.visitor_id, s.session_id) = coalesce(c.person_id, c.visitor_id, c.session_id)
                AND s.started_at <= c.received_at
            WHERE c.pixel_id = 'px_one' AND c.goal = 'Purchase' AND c.day BETWEEN '2025-06-01' AND '2025-06-30' AND c.value IS NOT NULL
        ) AS way
        GROUP BY goal_key, once_key, unit
    ) AS o
    CROSS JOIN UNNEST(ARRAY[true, false]) AS touch (is_first)
) AS credited
GROUP BY channel, unit
ORDER BY first_touch DESC NULLS LAST, last_touch DESC NULLS LAST, channel
