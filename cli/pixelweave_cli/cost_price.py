"""List prices of AWS, as data: what a unit costs, whose page says so, and by what this list was checked.

Each price is the one of the first tier, without free tier, savings plan or tax; US dollars. `page` is AWS's own page, which shows the
price of the day; `checked` says by what text, and of when, the figure was confirmed when this list was made. AWS's live pages were not at
hand then, so that a figure is as good as that text: look at `page` before you sign anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# When the list was made.
STATED = "2026-11-22"

_AWS = "https://aws.amazon.com/"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` for `units` of something; `page` and `checked` are its source."""

    usd: Decimal
    units: int
    page: str
    checked: str

    def charge(self, quantity: Decimal) -> Decimal:
        """Dollars for `quantity` units, unrounded."""
        return quantity * self.usd / self.units


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of one region. GB are 2³⁰ bytes and TB 2⁴⁰, as AWS meters them; a month is 730 hours."""

    api_request: Price
    data_out_gb: Price
    lambda_request: Price
    lambda_gb_second: Price
    firehose_gb: Price
    conversion_gb: Price
    put_request: Price
    get_request: Price
    transition_request: Price
    object_gb_month: Price
    queue_request: Price
    write_unit: Price
    read_unit: Price
    table_gb_month: Price
    recovery_gb_month: Price
    bus_event: Price
    log_gb: Price
    metric_month: Price
    alarm_month: Price
    scanned_tb: Price


def _price(usd: str, units: int, page: str, checked: str) -> Price:
    return Price(Decimal(usd), units, _AWS + page, checked)


US_EAST_1 = PriceList(
    api_request=_price(
        "1.00", _MILLION, "api-gateway/pricing/", "AWS whitepaper on private API Gateway APIs, table 4"
    ),
    data_out_gb=_price("0.09", 1, "ec2/pricing/on-demand/", "third-party guides of 2026-06"),
    lambda_request=_price("0.20", _MILLION, "lambda/pricing/", "third-party guides of 2024"),
    # arm64, the template's default.
    lambda_gb_second=_price("0.0000133334", 1, "lambda/pricing/", "third-party guides of 2024"),
    # By the record, rounded up to 5 KB, also within PutRecordBatch (AWS's Firehose FAQ, «Pricing and billing»).
    firehose_gb=_price("0.029", 1, "firehose/pricing/", "repositories that quote it, undated"),
    conversion_gb=_price("0.018", 1, "firehose/pricing/", "a repository that quotes it, undated"),
    put_request=_price("0.005", 1_000, "s3/pricing/", "price list in Infracost's tests"),
    get_request=_price("0.0004", 1_000, "s3/pricing/", "price list in Infracost's tests"),
    transition_request=_price("0.01", 1_000, "s3/pricing/", "price list in Infracost's tests"),
    object_gb_month=_price("0.023", 1, "s3/pricing/", "price list in Infracost's tests"),
    queue_request=_price("0.40", _MILLION, "sqs/pricing/", "third-party guide of 2026-03"),
    # Halved in November 2024; texts that say 1.25 and 0.25 are older.
    write_unit=_price("0.625", _MILLION, "dynamodb/pricing/on-demand/", "third-party guide of 2025-07"),
    read_unit=_price("0.125", _MILLION, "dynamodb/pricing/on-demand/", "third-party guide of 2025-07"),
    table_gb_month=_price("0.25", 1, "dynamodb/pricing/on-demand/", "price list in Infracost's tests"),
    recovery_gb_month=_price("0.20", 1, "dynamodb/pricing/on-demand/", "price list in Infracost's tests"),
    bus_event=_price("1.00", _MILLION, "eventbridge/pricing/", "third-party guide of 2026-03"),
    log_gb=_price("0.50", 1, "cloudwatch/pricing/", "third-party guide of 2026-06"),
    metric_month=_price("0.30", 1, "cloudwatch/pricing/", "third-party guide of 2026-02"),
    alarm_month=_price("0.10", 1, "cloudwatch/pricing/", "not confirmed: no text at hand states it"),
    scanned_tb=_price("5.00", 1, "athena/pricing/", "third-party guides, the oldest of 2020-10"),
)

PRICE_LISTS = {"us-east-1": US_EAST_1}
