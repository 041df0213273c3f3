"""Each example of the five seed documents, as it stands there, with our host and key in the place of theirs."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from tests.unit.collecting import KEY, NOW_MS, Bench, identifiers, make_pixel

SESSION = "9b2f3c1e-6a58-4f5e-9d2b-0a4b7f1f6c33"


class TestPitchTarget:
    def test_signup_with_base64_params_names_the_event_and_identifies_the_visitor(self) -> None:
        bench = Bench(make_pixel("pitchtarget"))
        row = bench.row(
            f"/{KEY}/event.gif",
            "event_token=signup&params=eyJtZXRob2QiOiJlbWFpbCIsInBhZ2UiOiJzaWdudXAuaHRtbCIsImVtYWlsIjoiam9obi5kb2VAZXhhbXBsZS5jb20ifQ==",
        )
        assert (row["type"], row["name"], row["outcome"]) == ("custom", "signup", "accepted")
        assert row["props"] == {"method": "email", "page": "signup.html"}
        assert identifiers(bench.messages[0]) == {("email", "john.doe@example.com")}
        assert "john.doe" not in json.dumps(row)

    def test_signup_object_url_encoded_reads_the_same_as_base64(self) -> None:
        bench = Bench(make_pixel("pitchtarget"))
        params = '{"method": "email", "page": "signup.html", "email": "john.doe@example.com"}'
        row = bench.row(f"/{KEY}/event.gif", urlencode({"event_token": "signup", "params": params}))
        assert row["props"] == {"method": "email", "page": "signup.html"}
        assert identifiers(bench.messages[0]) == {("email", "john.doe@example.com")}

    def test_revenue_of_2500_cents_is_25_dollars(self) -> None:
        row = Bench(make_pixel("pitchtarget")).row(f"/{KEY}/revenue.gif", "event_token=purchase&amount=2500")
        assert (row["type"], row["name"]) == ("purchase", "purchase")
        assert (row["value"], row["currency"]) == ("25.00", "USD")

    def test_revenue_token_may_be_any_text(self) -> None:
        row = Bench(make_pixel("pitchtarget")).row(f"/{KEY}/revenue.gif", "event_token=checkout&amount=2500")
        assert (row["type"], row["name"]) == ("purchase", "checkout")


class TestKsense:
    def send(self, call: dict[str, object]) -> tuple[Bench, dict[str, object]]:
        bench = Bench(make_pixel("ksense"))
        return bench, bench.row(f"/ksense/{KEY}", method="POST", body=json.dumps(call))

    def test_page_view_without_anything_else(self) -> None:
        bench, row = self.send({"track": "pv"})
        assert (row["type"], row["outcome"]) == ("page_view", "accepted")
        assert bench.messages == []

    def test_conversion_without_anything_else(self) -> None:
        _, row = self.send({"track": "conversion"})
        assert (row["type"], row["outcome"]) == ("conversion", "accepted")

    def test_page_view_with_user_info_and_labels(self) -> None:
        bench, row = self.send(
            {
                "track": "pv",
                "user_info": {
                    "internal_id": "50b5337b-819f-4407-8bf1-a9f15e1d0504",
                    "email": "md5:00de5f451333e5d393cc49f1f0fd0200",
                },
                "labels": ["section=listing_view", "user_segment=new_users"],
            }
        )
        assert row["labels"] == {"section": "listing_view", "user_segment": "new_users"}
        assert identifiers(bench.messages[0]) == {
            ("user_id", "50b5337b-819f-4407-8bf1-a9f15e1d0504"),
            ("email_md5", "00de5f451333e5d393cc49f1f0fd0200"),
        }

    def test_dedicated_user_info_call_with_an_empty_id(self) -> None:
        bench, row = self.send(
            {
                "track": "user_info",
                "user_info": {
                    "internal_id": "",
                    "email": "md5:00de5f451333e5d393cc49f1f0fd0200",
                    "phone": "md5:614bb59e05c10c0aee2adb60c1d7cd42",
                },
            }
        )
        assert row["type"] == "identify"
        assert identifiers(bench.messages[0]) == {
            ("email_md5", "00de5f451333e5d393cc49f1f0fd0200"),
            ("phone_md5", "614bb59e05c10c0aee2adb60c1d7cd42"),
        }

    def test_the_same_call_as_an_image(self) -> None:
        bench = Bench(make_pixel("ksense"))
        query = urlencode(
            {
                "track": "pv",
                "user_info": '{"email":"md5:00de5f451333e5d393cc49f1f0fd0200"}',
                "labels": '["section=listing_view", "user_segment=new_users"]',
            }
        )
        row = bench.row(f"/ksense/{KEY}", query)
        assert row["labels"] == {"section": "listing_view", "user_segment": "new_users"}
        assert identifiers(bench.messages[0]) == {("email_md5", "00de5f451333e5d393cc49f1f0fd0200")}


class TestRokt:
    def send(self, query: str, **headers: str) -> tuple[Bench, dict[str, object]]:
        bench = Bench(make_pixel("rokt"))
        return bench, bench.row(f"/v1/{KEY}/Pixel", query, **headers)

    def test_page_view_of_a_known_user(self) -> None:
        page = {"dt": "ScreenView", "ct": NOW_MS, "hn": "shop.example", "ttl": "Pricing"}
        who = {"ui_t": "other3,email", "ui_v": f"{SESSION},j.smith@example.com"}
        bench, row = self.send(urlencode(page | who), referer="https://shop.example/")
        assert (row["type"], row["title"], row["url"]) == ("page_view", "Pricing", "https://shop.example/")
        assert row["session_id"] == SESSION
        assert identifiers(bench.messages[0]) == {("email", "j.smith@example.com")}

    def test_page_view_of_a_known_user_by_hash(self) -> None:
        digest = "6f1ed002ab5595859014ebf0951522d9a0a3f5f4bff3d6d1ad2b1e0e9b1f4c11"
        page = {"dt": "ScreenView", "ct": NOW_MS, "hn": "shop.example", "ttl": "Pricing"}
        bench, row = self.send(urlencode(page | {"ui_t": "other3,other", "ui_v": f"{SESSION},{digest}"}))
        assert row["session_id"] == SESSION
        assert identifiers(bench.messages[0]) == {("email_sha256", digest)}

    def test_page_view_of_an_anonymous_user_keeps_the_session(self) -> None:
        page = {"dt": "ScreenView", "ct": NOW_MS, "hn": "shop.example", "ttl": "Pricing"}
        bench, row = self.send(urlencode(page | {"ui_t": "other3", "ui_v": SESSION}))
        assert row["session_id"] == SESSION
        assert bench.messages == []

    def test_identity_as_the_text_writes_it_with_literal_commas(self) -> None:
        bench, row = self.send(
            f"dt=ScreenView&ct={NOW_MS}&ui_t=other3,email&ui_v={SESSION},j.smith%40example.com"
        )
        assert row["session_id"] == SESSION
        assert identifiers(bench.messages[0]) == {("email", "j.smith@example.com")}

    def test_user_attributes_go_to_the_person_and_nowhere_else(self) -> None:
        query = f"dt=ScreenView&ct={NOW_MS}&ui_t=other3&ui_v={SESSION}&ua_k=firstname,lastname,zip&ua_v=Jane,Smith,98103"
        bench, row = self.send(query)
        assert bench.messages[0]["traits"] == {"firstname": "Jane", "lastname": "Smith", "zip": "98103"}
        assert "Smith" not in json.dumps(row)

    def test_conversion(self) -> None:
        params = {
            "dt": "AppEvent",
            "et": "Transaction",
            "n": "conversion",
            "ct": NOW_MS,
            "ui_t": "other3,email",
            "ui_v": f"{SESSION},j.smith@example.com",
            "ua_k": "firstname,lastname,zip,mobile",
            "ua_v": "John,Doe,98103,3125551515",
            "attrs_k": "conversiontype,confirmationref,amount,currency",
            "attrs_v": "signup,54321,300.5,USD",
        }
        bench, row = self.send(urlencode(params))
        assert (row["type"], row["name"], row["order_id"]) == ("conversion", "signup", "54321")
        assert (row["value"], row["currency"]) == ("300.50", "USD")
        assert identifiers(bench.messages[0]) == {("email", "j.smith@example.com")}
        assert bench.messages[0]["traits"]["mobile"] == "3125551515"


class TestSendGrid:
    def send(self, call: dict[str, object]) -> tuple[Bench, dict[str, object]]:
        bench = Bench(make_pixel("sendgrid"))
        return bench, bench.row(f"/sendgrid/{KEY}", method="POST", body=json.dumps(call))

    def test_page(self) -> None:
        properties = {
            "title": "Pricing and Plans | SendGrid",
            "url": "https://sendgrid.com/pricing",
            "path": "/pricing",
            "referrer": "https://sendgrid.com/labs",
        }
        _, row = self.send({"type": "page", "name": "Pricing and Plans | SendGrid", "properties": properties})
        assert (row["type"], row["name"]) == ("page_view", "Pricing and Plans | SendGrid")
        assert row["title"] == "Pricing and Plans | SendGrid"
        assert (row["url"], row["referrer"]) == ("https://sendgrid.com/pricing", "https://sendgrid.com/labs")
        assert "props" not in row

    def test_identify(self) -> None:
        bench, row = self.send(
            {"type": "identify", "userId": "123456", "traits": {"email": "mike@example.com"}}
        )
        assert row["type"] == "identify"
        assert identifiers(bench.messages[0]) == {("user_id", "123456"), ("email", "mike@example.com")}

    def test_purchase_with_all_properties(self) -> None:
        products = [
            {
                "product_id": "1",
                "name": "Essentials Plan",
                "sku": "SKU-1",
                "price": 19.95,
                "quantity": 2,
                "category": "Transactional Email",
            },
            {
                "product_id": "2",
                "name": "Pro Plan",
                "sku": "SKU-2",
                "price": 79.95,
                "quantity": 1,
                "category": "Marketing Email",
            },
        ]
        properties = {"total": 119.85, "currency": "USD", "products": products}
        _, row = self.send({"type": "track", "event": "Purchase Completed", "properties": properties})
        assert (row["type"], row["name"]) == ("purchase", "Purchase Completed")
        assert (row["value"], row["currency"]) == ("119.85", "USD")
        assert row["products"] == [
            products[0] | {"price": "19.95", "quantity": "2.00"},
            products[1] | {"price": "79.95", "quantity": "1.00"},
        ]

    def test_purchase_with_the_minimum(self) -> None:
        _, row = self.send({"type": "track", "event": "Purchase"})
        assert (row["type"], row["name"], row["outcome"]) == ("purchase", "Purchase", "accepted")

    def test_lead_with_its_source(self) -> None:
        properties = {"email": "mike@example.com", "source": "Landing Page 1"}
        bench, row = self.send({"type": "track", "event": "Lead Captured", "properties": properties})
        assert (row["type"], row["props"]) == ("lead", {"source": "Landing Page 1"})
        assert identifiers(bench.messages[0]) == {("email", "mike@example.com")}

    def test_lead_with_the_minimum(self) -> None:
        bench, row = self.send(
            {"type": "track", "event": "Lead Captured", "properties": {"email": "mike@example.com"}}
        )
        assert (row["type"], row["outcome"]) == ("lead", "accepted")
        assert identifiers(bench.messages[0]) == {("email", "mike@example.com")}


class TestAltcraft:
    def test_a_pixel_without_goals_records_a_trigger(self) -> None:
        row = Bench(make_pixel("altcraft")).row(f"/altcraft/{KEY}", referer="https://shop.example/pricing")
        assert (row["type"], row["url"]) == ("page_view", "https://shop.example/pricing")
        assert "goals" not in row

    def test_several_goals_each_with_its_own_value_in_points_or_cost(self) -> None:
        query = urlencode(
            [
                ("goal", "Brochure, printed"),
                ("value", "10"),
                ("unit", "points"),
                ("goal", "Purchase"),
                ("value", "-12.5"),
                ("unit", "EUR"),
            ]
        )
        row = Bench(make_pixel("altcraft")).row(f"/altcraft/{KEY}", query)
        assert row["type"] == "goal"
        assert row["goals"] == [
            {"name": "Brochure, printed", "value": "10.00", "unit": "points"},
            {"name": "Purchase", "value": "-12.50", "unit": "EUR"},
        ]

    def test_a_goal_reached_in_a_communication_channel(self) -> None:
        row = Bench(make_pixel("altcraft")).row(f"/altcraft/{KEY}", "goal=Opened&channel=Email")
        assert row["channel"] == "email"

    def test_a_customer_recognised_by_the_sender_reaches_the_identify_queue(self) -> None:
        bench = Bench(make_pixel("altcraft"))
        bench.row(f"/altcraft/{KEY}", "goal=Registration&email=ann%40example.com&user_id=77")
        assert identifiers(bench.messages[0]) == {("email", "ann@example.com"), ("user_id", "77")}
