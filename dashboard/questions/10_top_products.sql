-- Which products earn most
-- Change: pixel, goal, days (they stand twice).
-- product: its name, else its product_id, else its SKU
-- orders: how many purchases had it
-- pieces: how many pieces were bought; a product without a quantity is one
-- currency: of the prices
-- revenue: prices times pieces
SELECT product, count(DISTINCT event_id) AS orders, sum(quantity) AS pieces, currency,
    CAST(sum(price * quantity) AS decimal(38,4)) AS revenue
FROM (
    SELECT event_id, currency, coalesce(item.name, item.product_id, item.sku) AS product, item.price,
        coalesce(item.quantity, 1) AS quantity
    FROM (
        SELECT bought.event_id, bought.currency, element_at(bought.products, place.number) AS item
        FROM (
            SELECT DISTINCT e.event_id, e.currency, e.products
            FROM goals_reached AS c
            INNER JOIN events AS e ON e.pixel_id = c.pixel_id AND e.event_id = c.event_id
            WHERE c.pixel_id = 'px_one' AND c.goal = 'Purchase' AND c.day BETWEEN '2025-06-01' AND '2025-06-30'
                AND e.dt BETWEEN '2025-06-01' AND '2025-06-30' AND cardinality(e.products) > 0
        ) AS bought
        CROSS JOIN UNNEST(sequence(1, greatest(cardinality(bought.products), 1))) AS place (number)
    ) AS line
) AS sold
GROUP BY product, currency
ORDER BY revenue DESC NULLS LAST, product
LIMIT 100
