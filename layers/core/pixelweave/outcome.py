"""How a hit ended: one outcome a row, and the closed list of reasons.

A hit is `rejected` when something required is missing or what it says cannot be understood. Something optional that is
unusable is left out instead, the hit stays `accepted`, and the row's reason says what was left out (a *flag*).
"""

ACCEPTED = "accepted"
REJECTED = "rejected"
BOT = "bot"
TEST = "test"
OUTCOMES = (ACCEPTED, REJECTED, BOT, TEST)

# Reasons that reject.
REJECTIONS = {
    "missing_event_token": "event_token is required on every PitchTarget hit",
    "missing_amount": "revenue.gif needs amount, an integer number of cents",
    "missing_dt": "dt is required: ScreenView or AppEvent",
    "missing_conversiontype": "a Rokt conversion needs the attribute conversiontype",
    "missing_confirmationref": "a Rokt conversion needs the attribute confirmationref, its deduplication key",
    "missing_event_type": "the hit does not say what it is",
    "missing_event_name": "a tracked event needs a name",
    "missing_email": "a lead needs the e-mail address it captured",
    "missing_identifier": "an identify call needs a user id or traits",
    "missing_goal": "a hit of type goal needs a goal",
    "unknown_event_type": "the type is not one of the closed list",
    "invalid_dt": "dt must be ScreenView or AppEvent",
    "invalid_amount": "the amount is not a number of the form that this parameter takes",
    "invalid_value": "a value is a decimal number with at most 14 digits before the point",
    "invalid_currency": "a currency is three letters (ISO 4217)",
    "invalid_unit": "a goal's unit is points or a currency of three letters (ISO 4217)",
    "invalid_timestamp": "a time is Unix milliseconds (or ISO 8601 where stated), not far in the future",
    "invalid_params": "params is a JSON object, URL-encoded or Base64",
    "invalid_json": "the value is not the JSON that this parameter takes",
    "invalid_products": "products is a list of objects with product_id, name, sku, price, quantity, category",
    "invalid_goal": "a goal has a name of 1 to 128 characters and a decimal value",
    "goal_too_long": "a goal's name has at most 128 characters",
    "unequal_lists": "two lists that belong together differ in length",
    "duplicate_attribute": "attribute names must be distinct",
    "invalid_body": "the body is not JSON or a URL-encoded form in UTF-8, or its compression is broken",
    "body_too_large": "the body, unpacked, is larger than 4 MiB",
    "hit_too_large": "one hit makes a row, or says of its person, more than 100,000 bytes",
    "too_many_hits": "a batch has at most 500 hits",
    "empty_batch": "a batch has at least one hit",
    "too_many_parameters": "a hit has at most 100 parameters",
    "query_too_large": "a query has at most 10,240 bytes",
    "too_many_properties": "a map has at most 100 entries",
    "too_many_goals": "a hit names at most 20 goals",
    "too_many_products": "an order lists at most 100 products",
    "too_many_identifiers": "a hit carries at most 20 identifiers",
    "too_deep": "JSON is nested at most 6 levels deep",
    "field_too_long": "the value is longer than its column takes",
}

# Reasons that flag an accepted row.
FLAGS = {
    "host_not_allowed": "the page's host is not among the pixel's allowed hosts",
    "field_truncated": "a value that the browser adds by itself was cut to its column's length",
    "invalid_label": "a label that is not name=value was left out",
    "invalid_identifier": "an identifier of the wrong form was left out",
    "unknown_identity_type": "an identity type that no seed names was left out",
}

REASONS = REJECTIONS | FLAGS
