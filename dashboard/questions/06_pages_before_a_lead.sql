-- Which pages precede a lead
-- Change: pixel, goal, days (they stand twice).
-- path: a page that was seen in the session before the lead
-- leads: how many leads it preceded
-- percent: their share of the leads that any page preceded
-- as_last_page: how often it was the last page before
SELECT path, count(*) AS leads, round(100e0 * count(*) / max(all_leads), 1) AS percent, count_if(last_seen = last_of_lead) AS as_last_page
FROM (
    SELECT seen.*, max(last_seen) OVER (PARTITION BY lead_id) AS last_of_lead, max(place) OVER () AS all_leads
    FROM (
        SELECT c.event_id AS lead_id, e.path, max(e.received_at) AS last_seen, dense_rank() OVER (ORDER BY c.event_id) AS place
        FROM goals_reached AS c
        INNER JOIN events_stitched AS e
            ON e.pixel_id = c.pixel_id AND e.session_id = c.session_id AND e.received_at < c.received_at
        WHERE c.pixel_id = 'px_one' AND c.goal = 'Lead' AND c.day BETWEEN '2025-06-01' AND '2025-06-30'
            AND e.dt BETWEEN '2025-06-01' AND '2025-06-30' AND e.outcome = 'accepted' AND e.type = 'page_view' AND e.path IS NOT NULL
        GROUP BY c.event_id, e.path
    ) AS seen
) AS ranked
GROUP BY path
ORDER BY leads DESC, path
LIMIT 100
