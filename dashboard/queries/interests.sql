-- Which segments the visitors of a day belong to: the labels of its events.
WITH labelled AS (
    SELECT h.pixel_id, h.dt, h.session_id, own.label, element_at(h.labels, own.label) AS value
    FROM hit AS h
    CROSS JOIN UNNEST(map_keys(h.labels)) AS own (label)
)
SELECT pixel_id, dt AS day, label, value,
    count(*) AS events,
    count(DISTINCT session_id) AS sessions
FROM labelled
GROUP BY 1, 2, 3, 4
