-- What was learned of people: by workspace, because persons belong to one, and by the day it happened. A row that was delivered twice counts once.
WITH told AS (
    SELECT workspace_id, 'person' AS kind, CAST(NULL AS varchar) AS detail, min(since) AS since
    FROM links
    WHERE kind IN ('node', 'link')
    GROUP BY workspace_id, person_id
    UNION ALL
    SELECT workspace_id,
        CASE kind WHEN 'node' THEN 'identifier' WHEN 'forget' THEN 'forgotten' ELSE kind END,
        CASE kind WHEN 'node' THEN node_type WHEN 'refusal' THEN reason END,
        min(since)
    FROM links
    WHERE kind IN ('node', 'merge', 'refusal', 'forget')
    GROUP BY workspace_id, link_id, 2, 3
)
SELECT workspace_id, date_format(since, '%Y-%m-%d') AS day, kind, detail, count(*) AS count
FROM told
WHERE workspace_id IS NOT NULL
GROUP BY 1, 2, 3, 4
