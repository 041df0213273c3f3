-- Which hits do not count, and why
-- Change: pixel, days.
-- outcome: `rejected`, `bot` or `test`
-- reason: why a hit was rejected, null for the others
-- hits: how many
-- percent: their share of all hits, those that count included
-- last_at: when the last one was received
SELECT outcome, reason, hits, round(100e0 * hits / all_hits, 1) AS percent, last_at
FROM (
    SELECT outcome, reason, count(*) AS hits, max(received_at) AS last_at, sum(count(*)) OVER () AS all_hits
    FROM events
    WHERE pixel_id = 'px_one' AND dt BETWEEN '2025-06-01' AND '2025-06-30'
    GROUP BY outcome, reason
) AS counted
WHERE outcome <> 'accepted'
ORDER BY hits DESC, outcome, reason
