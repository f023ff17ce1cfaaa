"""Boxes as programs see them: cartons, filters, papers, and a box that is not theirs."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Programs
from tracker.web.day import business_day


def test_a_shipment_answers_its_cartons_whether_urgent_and_when_relayed(
    programs: Programs,
) -> None:
    garment = programs.register()
    path = programs.send(garment)
    no = path.rsplit("/", 1)[1]
    found = programs("store1").get(path).json
    assert (found["is_urgent"], found["relayed_at"]) == (False, None)
    assert found["cartons"] == [
        {"ordinal": 1, "code": f"{no}-1", "weight_g": None, "seal_no": None, "arrived_at": None}
    ]
    assert [piece["carton"] for piece in found["pieces"]] == [1]
    programs.do("region1", path, "relay")
    assert programs("store1").get(path).json["relayed_at"] is not None
    programs.do("clerk", path, "arrive", code=f"{no}-1")
    blind = programs("clerk").get(path).json
    assert (blind["pieces"], blind["cartons"][0]["arrived_at"] is not None) == (None, True)


def test_the_list_takes_the_filters_of_the_page(programs: Programs) -> None:
    no = programs.send(programs.register()).rsplit("/", 1)[1]
    ask = programs("auditor").get
    for query, shown in {
        "kind=weekly": [no],
        "kind=return,extra": [],
        "site=S001&status=dispatched": [no],
        "site=S002": [],
        "unrelayed=true": [no],
        "overdue=true": [],
        "from=2026-01-01&to=2026-01-02": [],
    }.items():
        assert [box["no"] for box in ask(f"/shipments?{query}").json["items"]] == shown, query
    assert ask("/shipments?kind=parcel").status_code == 422
    assert ask("/shipments?from=now").status_code == 422


def test_carton_labels_print_for_who_sees_the_box(programs: Programs) -> None:
    path = programs.send(programs.register())
    for login, status in {"store1": 200, "clerk": 200, "store2": 404, "supplier1": 403}.items():
        for ending in ("pdf", "zpl", "png", "svg"):
            answer = programs(login).get(f"{path}/cartons.{ending}")
            assert answer.status_code == status, (login, ending)
    pictures = [programs("clerk").get(f"{path}/cartons.{one}?carton=2") for one in ("png", "svg")]
    assert [picture.status_code for picture in pictures] == [404, 404]


def test_a_misdelivered_box_is_reported_once_and_tells_nothing(programs: Programs) -> None:
    garment = programs.register()
    no = programs.send(garment).rsplit("/", 1)[1]
    body = {"code": f"{no}-1", "action_id": str(uuid4()), "note": "现存店里"}
    first = programs("store2").post("/shipments/misdelivered", body)
    again = programs("store2").post("/shipments/misdelivered", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"discrepancy": f"CY-{business_day().year}-000001"}
    other = programs("store2").post("/shipments/misdelivered", {**body, "code": "SF100"})
    assert (other.status_code, other.json["code"]) == (422, "action_id_reused")
    fresh = {"code": "FH-2026-999999", "action_id": str(uuid4())}
    assert programs("store2").post("/shipments/misdelivered", fresh).status_code == 404
    ours = {"code": no, "action_id": str(uuid4())}
    refused = programs("clerk").post("/shipments/misdelivered", ours)
    assert (refused.status_code, refused.json["code"]) == (409, "is_ours")
    assert programs("auditor").post("/shipments/misdelivered", fresh).status_code == 403
