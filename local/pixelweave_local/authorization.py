"""What a call is authorised by, where ministack cannot tell from the call alone.

AWS authorises GetQueryExecution, DeleteNamedQuery and their like against the workgroup of the query; the call names only the
query. And on AWS every call of the SDK comes over TLS, which policies ask for; here there is only HTTP, on the machine's own
interface.
"""

import json
from collections.abc import Callable
from typing import Any

from pixelweave_local import shape

type ResourceArn = Callable[..., str]
type PinOrigin = Callable[[str, bool], None]

UNKNOWN = "*"  # ministack's word for a resource it cannot name


def completing(extract: ResourceArn) -> ResourceArn:
    """ministack's `extract_resource_arn`, with the workgroups of Athena's queries, run or saved."""

    def extract_resource_arn(service: str, *call: Any) -> str:
        arn = extract(service, *call)
        if service != "athena" or arn != UNKNOWN:
            return arn
        _, _, _, body, _, region, account = call
        return find_work_group(body, region, account) or arn

    return extract_resource_arn


def find_work_group(body: bytes, region: str, account: str) -> str:
    """The ARN of the one workgroup of the queries that a call names; empty where it names none that is known, or some of several."""
    try:
        call = json.loads(body)
        run, saved = call.get("QueryExecutionId"), call.get("NamedQueryId")
        several = call.get("NamedQueryIds", [])
        known = [shape.member("services.athena", "_executions").get(run)]
        known += [shape.member("services.athena", "_named_queries").get(one) for one in (saved, *several)]
    except (ValueError, TypeError, AttributeError):
        return ""
    groups = {query["WorkGroup"] for query in known if query}
    return f"arn:aws:athena:{region}:{account}:workgroup/{groups.pop()}" if len(groups) == 1 else ""


def taking_for_tls(pin: PinOrigin) -> PinOrigin:
    """ministack's `pin_request_origin`, by which a call is judged, with each call taken for one over TLS."""

    def pin_request_origin(source_ip: str, _: bool) -> None:  # noqa: FBT001 - ministack's signature
        pin(source_ip, True)

    return pin_request_origin
