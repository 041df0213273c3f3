-- Goals reached, by the rules of docs/goals.md and with the counts of the reporting table: the conversions without their persons, so that
-- who only counts need not read the links.
--
-- Each accepted row of the log is taken apart into slots: slot 0 meets the defined goals in force when it was received, slot -1 is its
-- dialect's built-in goal, slots 1 to n are the goals that the hit names. So one reading of the log serves all three. Of the rows with one
-- once key, on whatever day, the first received stands; therefore a condition on the day does not spare the other days' partitions.
--
-- `channel` is what brought the session: the channel of its first event that has one other than `internal`; else the event's own.
WITH accepted AS (
    SELECT e.*,
        date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00.000', received_at) AS received_ms,
        substr(
            CASE
                WHEN dialect IN ('ksense', 'native') AND type = 'conversion' THEN coalesce(name, 'Conversion')
                WHEN dialect = 'rokt' AND type IN ('conversion', 'purchase') THEN name
                WHEN dialect = 'pitchtarget' AND type = 'purchase' THEN 'Revenue'
                WHEN dialect IN ('sendgrid', 'native') AND type = 'purchase' THEN 'Purchase'
                WHEN dialect IN ('sendgrid', 'native') AND type = 'lead' THEN 'Lead'
            END,
            1, 128
        ) AS built_in,
        CASE WHEN message_id IS NOT NULL THEN concat('message:', message_id) ELSE concat('event:', event_id) END AS hit_key
    FROM events AS e
    WHERE outcome = 'accepted'
),
slotted AS (
    SELECT accepted.*, part.slot, element_at(goals, greatest(part.slot, 1)) AS own
    FROM accepted
    CROSS JOIN UNNEST(
        sequence(CASE WHEN built_in IS NULL THEN 0 ELSE -1 END, coalesce(cardinality(goals), 0))
    ) AS part (slot)
),
matched AS (
    SELECT e.*, w.goal_key AS defined_key, w.goal AS defined_goal, w.once, w.worth, w.amount, w.unit AS defined_unit
    FROM slotted AS e
    LEFT JOIN goal_windows AS w
        ON e.slot = 0
        AND w.pixel_id = e.pixel_id
        AND w.starts_at <= e.received_ms
        AND w.ends_at > e.received_ms
    WHERE e.slot <> 0
        OR cardinality(
            filter(
                w.conditions,
                c -> CASE c.field
                    WHEN 'value' THEN e.value >= CAST(c.minimum AS decimal(18,4))
                    ELSE CASE c.field
                        WHEN 'type' THEN e.type
                        WHEN 'name' THEN e.name
                        WHEN 'host' THEN e.host
                        WHEN 'path' THEN e.path
                        WHEN 'label' THEN element_at(e.labels, c.key)
                        WHEN 'property' THEN element_at(e.props, c.key)
                    END LIKE c.pattern ESCAPE '\'
                END
            )
        ) >= CASE w.needed WHEN 'any' THEN 1 ELSE cardinality(w.conditions) END
),
found AS (
    SELECT matched.*,
        CASE slot WHEN 0 THEN defined_key WHEN -1 THEN concat('b:', built_in) ELSE concat('h:', own.name) END AS goal_key,
        CASE slot WHEN 0 THEN defined_goal WHEN -1 THEN built_in ELSE own.name END AS goal,
        CASE slot WHEN 0 THEN 'defined' WHEN -1 THEN 'built-in' ELSE 'hit' END AS source,
        CASE
            WHEN slot > 0 THEN concat(hit_key, '#', CAST(slot AS varchar))
            WHEN (slot = -1 OR once = 'order') AND order_id IS NOT NULL THEN concat('order:', order_id)
            WHEN once = 'session' AND session_id IS NOT NULL THEN concat('session:', session_id)
            WHEN once = 'visitor' AND visitor_id IS NOT NULL THEN concat('visitor:', visitor_id)
            ELSE hit_key
        END AS once_key,
        CASE
            WHEN slot > 0 THEN own.value
            WHEN slot = -1 OR worth = 'event' THEN value
            WHEN worth = 'fixed' THEN CAST(amount AS decimal(18,4))
        END AS worth_value,
        CASE
            WHEN slot > 0 THEN coalesce(own.unit, 'points')
            WHEN slot = -1 THEN coalesce(currency, 'points')
            WHEN worth = 'event' THEN coalesce(currency, defined_unit)
            ELSE defined_unit
        END AS worth_unit
    FROM matched
),
ranked AS (
    SELECT found.*,
        row_number() OVER (PARTITION BY pixel_id, goal_key, once_key ORDER BY received_at, event_id, dt) AS place_of_key
    FROM found
    WHERE goal_key IS NOT NULL
),
brought AS (
    SELECT pixel_id, session_id, channel,
        row_number() OVER (
            PARTITION BY pixel_id, session_id ORDER BY least(coalesce(occurred_at, received_at), received_at), event_id
        ) AS place_in_session
    FROM events
    WHERE outcome = 'accepted' AND session_id IS NOT NULL AND channel <> 'internal'
)
SELECT
    r.pixel_id, r.workspace_id, r.goal_key, r.goal, r.source, r.once_key, r.event_id, r.message_id, r.received_at,
    date_format(r.received_at, '%Y-%m-%d') AS day, date_format(r.received_at, '%H') AS hour,
    r.session_id, r.visitor_id, coalesce(b.channel, r.channel) AS channel, r.country, r.browser,
    r.worth_value AS value, CASE WHEN r.worth_value IS NOT NULL THEN r.worth_unit END AS unit, r.dt
FROM ranked AS r
LEFT JOIN brought AS b ON b.pixel_id = r.pixel_id AND b.session_id = r.session_id AND b.place_in_session = 1
WHERE r.place_of_key = 1
