-- Accepted rows, each hit once however often it was repeated: the first row in the order of receipt. Of the days that are due and the week
-- before them: a repeat comes sooner than that.
SELECT ranked.*, least(coalesce(occurred_at, received_at), received_at) AS moment
FROM (
    SELECT e.*,
        row_number() OVER (
            PARTITION BY pixel_id,
                CASE WHEN message_id IS NOT NULL THEN concat('message:', message_id) ELSE concat('event:', event_id) END
            ORDER BY dt, received_at, event_id
        ) AS place_of_hit
    FROM recent AS e
    WHERE outcome = 'accepted'
) AS ranked
WHERE place_of_hit = 1
