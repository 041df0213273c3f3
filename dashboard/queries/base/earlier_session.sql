-- The sessions that were there before the days that `recent` has.
SELECT DISTINCT pixel_id, session_id
FROM past
WHERE outcome = 'accepted' AND session_id IS NOT NULL
