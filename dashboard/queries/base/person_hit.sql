-- Whose each accepted hit is, by what is known today: as `hit`, but with the person and little else.
SELECT pixel_id, workspace_id, dt, session_id, visitor_id, person_id, attributed
FROM (
    SELECT a.pixel_id, a.workspace_id, a.dt, a.session_id, a.visitor_id, a.person_id, a.attributed,
        row_number() OVER (PARTITION BY a.pixel_id, a.hit_key ORDER BY a.dt, a.received_at, a.event_id) AS place_of_hit
    FROM events_attributed AS a
    WHERE a.outcome = 'accepted'
) AS ranked
WHERE place_of_hit = 1
