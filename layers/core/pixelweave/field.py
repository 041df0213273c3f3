"""The event row: one table of fields that everything else is made from.

The fast path of `collect` cleans values by it, `pixelweave.event_model` builds the pydantic model from it, and a test
holds the Glue columns of template.yaml against it. Kept free of imports: `collect` pays for each one.
"""

SCHEMA_VERSION = 1

GOALS = "array<struct<name:string,value:decimal(18,4),unit:string>>"
PRODUCTS = (
    "array<struct<product_id:string,name:string,sku:string,price:decimal(18,4),"
    "quantity:decimal(18,4),category:string>>"
)


class Field:
    """One column of the log.

    `glue` is its type in the Glue table; `limit` the longest text in characters (None: not text, or made by us);
    `filled_by` names the function that first knows the value; `over` says what too long a text does to the hit: «reject» for
    what the sender wrote on purpose, «cut» for what a browser adds by itself.
    """

    __slots__ = ("filled_by", "glue", "limit", "name", "over")

    def __init__(
        self,
        name: str,
        glue: str = "string",
        limit: int | None = None,
        over: str = "cut",
        filled_by: str = "collect",
    ) -> None:
        self.name = name
        self.glue = glue
        self.limit = limit
        self.over = over
        self.filled_by = filled_by


FIELDS = (
    Field("event_id"),
    Field("message_id", limit=128, over="reject"),
    Field("pixel_id"),
    Field("workspace_id"),
    Field("dialect"),
    Field("type"),
    Field("name", limit=256, over="reject"),
    Field("outcome"),
    Field("reason"),
    Field("received_at", "timestamp"),
    Field("occurred_at", "timestamp"),
    Field("session_id", limit=128, over="reject"),
    Field("visitor_id", limit=128, over="reject"),
    Field("url", limit=4096),
    Field("host", filled_by="enrich"),
    Field("path", filled_by="enrich"),
    Field("title", limit=512),
    Field("referrer", limit=4096),
    Field("referrer_host", filled_by="enrich"),
    Field("utm_source", limit=256),
    Field("utm_medium", limit=256),
    Field("utm_campaign", limit=256),
    Field("utm_term", limit=256),
    Field("utm_content", limit=256),
    Field("click_id", limit=512),
    Field("channel", limit=32),
    Field("goals", GOALS),
    Field("value", "decimal(18,4)"),
    Field("currency", limit=3, over="reject"),
    Field("order_id", limit=128, over="reject"),
    Field("products", PRODUCTS),
    Field("labels", "map<string,string>"),
    Field("props", "map<string,string>"),
    Field("country", filled_by="enrich"),
    Field("region", filled_by="enrich"),
    Field("city", filled_by="enrich"),
    Field("time_zone", limit=64),
    Field("language", limit=35),
    Field("user_agent", limit=1024),
    Field("browser", filled_by="enrich"),
    Field("browser_version", filled_by="enrich"),
    Field("os", filled_by="enrich"),
    Field("os_version", filled_by="enrich"),
    Field("device_type", filled_by="enrich"),
    Field("client_class", filled_by="enrich"),
    Field("consent"),
    Field("schema_version", "int"),
)
