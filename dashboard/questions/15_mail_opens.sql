-- How many e-mail opens are people, and how many are proxies of mail providers
-- Change: pixel, days.
-- campaign: utm_campaign, or (none)
-- opens: hits of proxies, and hits of the channel email that name no page; each once
-- by_proxy: how many a provider's image proxy fetched, maybe before anybody saw the mail
-- by_client: how many the reader's own mail program fetched
-- percent_proxy: the proxies' share
SELECT coalesce(utm_campaign, '(none)') AS campaign, count(DISTINCT hit_key) AS opens,
    count(DISTINCT CASE WHEN client_class = 'proxy' THEN hit_key END) AS by_proxy,
    count(DISTINCT CASE WHEN client_class <> 'proxy' THEN hit_key END) AS by_client,
    round(100e0 * count(DISTINCT CASE WHEN client_class = 'proxy' THEN hit_key END) / count(DISTINCT hit_key), 1) AS percent_proxy
FROM events_stitched
WHERE pixel_id = 'px_one' AND dt BETWEEN '2025-06-01' AND '2025-06-30' AND outcome = 'accepted'
    AND (client_class = 'proxy' OR (channel = 'email' AND path IS NULL))
GROUP BY coalesce(utm_campaign, '(none)')
ORDER BY opens DESC, campaign
