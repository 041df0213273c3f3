-- The reporting table's counts from the log: one row a goal, period (hour, day, total; UTC) and unit.
--
-- The row without a unit has all conversions of the period and its unique sessions, which do not add up over units; the others have the
-- conversions that are worth something in their unit, and what they are worth.
SELECT
    c.pixel_id, c.goal_key, c.goal, c.source, p.period,
    CASE p.period
        WHEN 'hour' THEN date_trunc('hour', c.received_at)
        WHEN 'day' THEN date_trunc('day', c.received_at)
    END AS starts_at,
    CASE WHEN u.is_by_unit THEN c.unit END AS unit,
    count(*) AS conversions,
    CASE WHEN NOT u.is_by_unit THEN count(DISTINCT c.session_id) END AS sessions,
    CASE WHEN u.is_by_unit THEN sum(c.value) END AS value
FROM goals_reached AS c
CROSS JOIN UNNEST(ARRAY['hour', 'day', 'total']) AS p (period)
CROSS JOIN UNNEST(ARRAY[false, true]) AS u (is_by_unit)
WHERE NOT u.is_by_unit OR c.unit IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, u.is_by_unit
