-- Whose each person is now: person_id -> root_id, the survivor of all its merges; a person without merges is its own root. A
-- forgotten person, with all that was merged into it or that it was merged into, has none.
--
-- Pointers are followed by doubling: each hop looks one step ahead from where the last one ended, so seven hops follow a chain of
-- 128 merges, and a person has at most 100 (docs/identity.md, "Guards"). A hop is a window over owner and asker copies of each
-- row rather than a self-join: Trino runs a WITH query once per mention, so self-joins would read the links 128 times, and its
-- WITH RECURSIVE ends at depth 10.
WITH hop_1 AS (
    SELECT person_id, min(survivor_id) AS root_id
    FROM links
    WHERE kind = 'merge'
    GROUP BY person_id
),
hop_2 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_1 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_4 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_2 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_8 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_4 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_16 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_8 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_32 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_16 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_64 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_32 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
hop_128 AS (
    SELECT person_id, coalesce(next_id, root_id) AS root_id
    FROM (
        SELECT person_id, root_id, is_asker,
            max(CASE WHEN NOT is_asker THEN root_id END)
                OVER (PARTITION BY CASE WHEN is_asker THEN root_id ELSE person_id END) AS next_id
        FROM hop_64 CROSS JOIN UNNEST(ARRAY[true, false]) AS side (is_asker)
    ) AS pair
    WHERE is_asker
),
person AS (
    SELECT member.person_id, max(CASE WHEN links.kind = 'forget' THEN 1 ELSE 0 END) AS is_forgotten
    FROM links CROSS JOIN UNNEST(ARRAY[links.person_id, links.survivor_id]) AS member (person_id)
    WHERE member.person_id IS NOT NULL
    GROUP BY member.person_id
),
rooted AS (
    SELECT person.person_id, person.is_forgotten, coalesce(hop_128.root_id, person.person_id) AS root_id
    FROM person LEFT JOIN hop_128 ON hop_128.person_id = person.person_id
)
SELECT person_id, CASE WHEN max(is_forgotten) OVER (PARTITION BY root_id) = 0 THEN root_id END AS root_id
FROM rooted
