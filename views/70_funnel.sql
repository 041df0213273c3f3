-- How far people get: one row a step of a funnel, with the actors (sessions or persons) who reached it in order and in time, and the median of
-- the fastest times from the first step.
WITH fastest AS (
    SELECT pixel_id, funnel, step, goal, CASE WHEN begun IS NOT NULL THEN actor_id END AS actor_id,
        min(moment - begun) AS elapsed_ms
    FROM funnel_chains
    GROUP BY 1, 2, 3, 4, 5
),
placed AS (
    SELECT fastest.*,
        row_number() OVER (PARTITION BY pixel_id, funnel, step ORDER BY elapsed_ms) AS place,
        count(elapsed_ms) OVER (PARTITION BY pixel_id, funnel, step) AS places
    FROM fastest
),
counted AS (
    SELECT pixel_id, funnel, step, goal, count(actor_id) AS actors,
        avg(CASE WHEN 2 * place BETWEEN places AND places + 2 THEN CAST(elapsed_ms AS double) END) / 1000 AS median_seconds
    FROM placed
    GROUP BY 1, 2, 3, 4
)
SELECT pixel_id, funnel, step, goal, actors,
    CAST(actors AS double) / nullif(lag(actors) OVER (PARTITION BY pixel_id, funnel ORDER BY step), 0) AS from_previous,
    CAST(actors AS double) / nullif(first_value(actors) OVER (PARTITION BY pixel_id, funnel ORDER BY step), 0) AS from_first,
    median_seconds
FROM counted
