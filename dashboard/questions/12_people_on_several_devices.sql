-- How many people use several devices
-- Change: pixel, days.
-- browsers: how many visitor cookies a person had in these days; 3 is three or more, 0 none at all
-- people: how many had so many
-- percent: their share of the people
-- several_kinds: how many of them used different kinds of device, such as a phone and a computer
SELECT browsers, people, round(100e0 * people / sum(people) OVER (), 1) AS percent, several_kinds
FROM (
    SELECT least(cookies, 3) AS browsers, count(*) AS people, count_if(kinds > 1) AS several_kinds
    FROM (
        SELECT person_id, count(DISTINCT visitor_id) AS cookies, count(DISTINCT device_type) AS kinds
        FROM events_stitched
        WHERE pixel_id = 'px_one' AND dt BETWEEN '2025-06-01' AND '2025-06-30' AND outcome = 'accepted' AND client_class = 'human'
            AND person_id IS NOT NULL
        GROUP BY person_id
    ) AS person
    GROUP BY least(cookies, 3)
) AS counted
ORDER BY browsers
