-- How many sessions there are of each value of a dimension, whatever else they are of: what the rates of goals by that dimension are divided by.
SELECT v.pixel_id, v.day, part.dimension,
    CASE part.dimension
        WHEN 'channel' THEN v.channel
        WHEN 'campaign' THEN v.campaign
        WHEN 'country' THEN v.country
        WHEN 'browser' THEN v.browser
        WHEN 'device' THEN v.device
    END AS value,
    count(*) AS sessions
FROM visit AS v
LEFT JOIN earlier_session AS e ON e.pixel_id = v.pixel_id AND e.session_id = v.session_id
CROSS JOIN UNNEST(ARRAY['channel', 'campaign', 'country', 'browser', 'device']) AS part (dimension)
WHERE v.session_id IS NOT NULL AND e.session_id IS NULL
GROUP BY 1, 2, 3, 4
