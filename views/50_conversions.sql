-- One row a conversion: a goal reached, with the person that the event belongs to as far as is known today.
SELECT
    g.pixel_id, g.workspace_id, g.goal_key, g.goal, g.source, g.once_key, g.event_id, g.message_id, g.received_at, g.day, g.hour,
    g.session_id, g.visitor_id, p.person_id, g.channel, g.country, g.browser, g.value, g.unit, g.dt
FROM goals_reached AS g
LEFT JOIN (
    -- An event that the stream delivered twice is there twice, of the same person.
    SELECT pixel_id, event_id, max(person_id) AS person_id
    FROM events_attributed
    WHERE outcome = 'accepted'
    GROUP BY pixel_id, event_id
) AS p ON p.pixel_id = g.pixel_id AND p.event_id = g.event_id
