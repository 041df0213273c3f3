-- The conversions that are steps of funnels: one row a conversion, step and actor (a session or person), and when the chain that ends there began.
--
-- `begun` is the moment of the latest first step from which a chain of all steps in order ends there, each conversion strictly after the one
-- before; null where there is no such chain, or it began longer ago than the funnel allows. The latest start is the best one, so nothing is
-- lost by keeping it alone, and an actor may begin again as often as they like: this is exact, not greedy. A step looks at the steps before
-- it, so each has a query of its own, over the same order of rows. Within one event later steps go first: an event that reaches two goals
-- does not take two steps. Conversions of nobody are left out, lest they all fall into one partition. A step that nobody took has one row,
-- without an actor. `moment` and `begun` are Unix milliseconds.
WITH actor AS (
    SELECT f.pixel_id, f.funnel, f.step, f.goal, f.within_ms, c.actor_id, c.event_id,
        date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00.000', c.received_at) AS moment
    FROM funnel_steps AS f
    LEFT JOIN (
        SELECT conversions.*, by_actor.actor,
            CASE
                WHEN by_actor.actor = 'session' THEN session_id
                WHEN person_id IS NOT NULL THEN concat('person:', person_id)
                WHEN visitor_id IS NOT NULL THEN concat('visitor:', visitor_id)
                ELSE concat('session:', session_id)
            END AS actor_id
        FROM conversions
        CROSS JOIN UNNEST(ARRAY['session', 'person']) AS by_actor (actor)
    ) AS c
        ON c.pixel_id = f.pixel_id AND c.goal = f.goal AND c.actor = f.actor AND c.actor_id IS NOT NULL
),
begun_1 AS (
    SELECT actor.*, CASE WHEN step = 1 THEN moment END AS begun
    FROM actor
),
begun_2 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 2 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_1.*,
            max(CASE WHEN step = 1 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_1
    ) AS chain
),
begun_3 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 3 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_2.*,
            max(CASE WHEN step = 2 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_2
    ) AS chain
),
begun_4 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 4 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_3.*,
            max(CASE WHEN step = 3 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_3
    ) AS chain
),
begun_5 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 5 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_4.*,
            max(CASE WHEN step = 4 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_4
    ) AS chain
),
begun_6 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 6 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_5.*,
            max(CASE WHEN step = 5 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_5
    ) AS chain
),
begun_7 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 7 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_6.*,
            max(CASE WHEN step = 6 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_6
    ) AS chain
),
begun_8 AS (
    SELECT pixel_id, funnel, step, goal, within_ms, actor_id, event_id, moment,
        CASE WHEN step <> 8 THEN begun WHEN moment - latest <= within_ms THEN latest END AS begun
    FROM (
        SELECT begun_7.*,
            max(CASE WHEN step = 7 THEN begun END) OVER (
                PARTITION BY pixel_id, funnel, actor_id ORDER BY moment, event_id, step DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
        FROM begun_7
    ) AS chain
)
SELECT pixel_id, funnel, step, goal, actor_id, event_id, moment, begun
FROM begun_8
