"""What a file of goals would change."""

from __future__ import annotations

from decimal import Decimal

from pixelweave.goal_diff import ADDED, CHANGED, REMOVED, UNCHANGED, Change, FieldChange, compare_forms

CART: dict[str, object] = {"name": "Cart", "conditions": [{"value": Decimal("10.0")}], "value": "5 points"}
PAID: dict[str, object] = {"name": "Paid", "conditions": [{"type": "purchase"}]}


def test_what_is_not_stored_is_added_with_its_fields() -> None:
    assert compare_forms([], [PAID], prune=False) == [
        Change(ADDED, "Paid", (FieldChange("conditions", None, [{"type": "purchase"}]),))
    ]


def test_what_is_stored_alike_is_unchanged_whatever_its_numbers_look_like() -> None:
    wanted = CART | {"conditions": [{"value": Decimal(10)}]}
    assert compare_forms([CART], [wanted], prune=True) == [Change(UNCHANGED, "Cart")]


def test_a_change_is_told_field_by_field() -> None:
    wanted = {"name": "Cart", "conditions": CART["conditions"], "once": "order"}
    assert compare_forms([CART], [wanted], prune=False) == [
        Change(CHANGED, "Cart", (FieldChange("value", "5 points", None), FieldChange("once", None, "order")))
    ]


def test_what_is_not_wanted_stays_unless_pruned() -> None:
    assert compare_forms([CART, PAID], [PAID], prune=False) == [Change(UNCHANGED, "Paid")]
    assert compare_forms([CART, PAID], [PAID], prune=True) == [
        Change(UNCHANGED, "Paid"),
        Change(REMOVED, "Cart"),
    ]
