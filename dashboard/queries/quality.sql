-- What became of all rows of the log, whatever their outcome; nothing is left out here.
WITH placed AS (
    SELECT e.*,
        row_number() OVER (
            PARTITION BY pixel_id,
                CASE
                    WHEN outcome = 'accepted' AND message_id IS NOT NULL THEN concat('message:', message_id)
                    ELSE concat('event:', event_id)
                END
            ORDER BY dt, received_at, event_id
        ) AS place
    FROM events AS e
)
SELECT pixel_id, dt AS day, dialect, outcome, reason, client_class,
    count(*) AS hits,
    sum(CASE WHEN place > 1 THEN 1 ELSE 0 END) AS duplicates,
    sum(CASE WHEN date_diff('millisecond', occurred_at, received_at) > 3600000 THEN 1 ELSE 0 END) AS late
FROM placed
GROUP BY 1, 2, 3, 4, 5, 6
