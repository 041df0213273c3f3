-- The persons of whom an e-mail address, a phone number or a user id is known, by the survivors of all merges; as in the view `people`.
SELECT DISTINCT r.root_id AS person_id
FROM links AS l INNER JOIN person_root AS r ON r.person_id = l.person_id
WHERE l.kind = 'node'
    AND r.root_id IS NOT NULL
    AND (l.node_type = 'user_id' OR l.node_type LIKE 'email%' OR l.node_type LIKE 'phone%')
