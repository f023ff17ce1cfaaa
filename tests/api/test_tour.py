"""The main job through the API, from a scanned tag to a closed month."""

from typing import Any

from tracker.services.verify import verify


def test_a_repaired_garment_goes_out_and_comes_back(programs: Any):
    garment = programs.register(production_year=2025)
    path = f"/registrations/{garment['no']}"
    programs.at_after_sales(garment)
    programs.do("assessor", path, "assess", quality=True, repairable=True, route="in_house")
    programs.do(
        "repairer",
        path,
        "work",
        operations=[{"name": "缝合", "minutes": 20}],
        parts=[{"name": "缝线", "quantity": 1, "cost_fen": 50}],
        labour_fen=450,
    )
    programs.do("repairer", path, "finish_repair")
    programs.do("qa", path, "pass_check", grade="first")
    box = programs("clerk").post(
        "/shipments", {"from_site": "ASD", "to_site": "S001", "kind": "return"}
    )
    back = f"/shipments/{box.json['no']}"
    programs.do("clerk", back, "pack", code=garment["piece_no"])
    programs.dispatch("clerk", back)
    programs.count_in("store1", back, garment)
    programs.do("store1", path, "hand_over", to="stock")

    told = programs("store1").get(path).json
    assert (told["status"], told["grade"], told["repair_count"]) == ("handed_over", "first", 1)
    assert [entry["action"] for entry in told["timeline"]] == [
        "register", "accept", "pack", "dispatch", "receive", "assess", "work", "finish_repair",
        "pass_check", "pack_back", "dispatch", "receive_back", "hand_over",
    ]  # fmt: skip
    turnaround = told["turnaround"]
    assert (turnaround["days"], turnaround["overdue"]) == (0, False)
    assert [leg["days"] for leg in turnaround["legs"]] == [0, 0, 0, 0, 0]


def test_scrap_becomes_a_closed_month_whose_four_reports_agree(programs: Any, session: Any):
    garments = [programs.register(), programs.register(code="6921012340004", cause="unknown")]
    programs.at_after_sales(*garments)
    for garment in garments:
        programs.scrap(garment)
    programs.approved(*garments)
    record = programs("warehouse").post("/destructions", {}).json["destruction"]["no"]
    for garment in garments:
        programs.do("warehouse", f"/destructions/{record}", "scan", code=garment["piece_no"])
    programs.do(
        "administration",
        f"/destructions/{record}",
        "witness",
        method="剪毁",
        place="总仓",
        salvage_fen=1200,
    )
    months = programs("finance").get("/months").json["items"]
    path = f"/months/{months[0]['month']}"
    programs.do("supervisor", path, "submit")
    programs.do("finance", path, "close", if_version=programs.version(path))

    told = programs("finance").get(path).json
    assert told["totals"]["amount_fen"] == 18984 + 31200
    assert (told["status"], told["total_fen"], told["line_count"]) == ("closed", 50184, 2)
    assert programs("auditor").get(f"{path}/report.json").json["totals"] == told["totals"]
    rows = programs("finance").get(f"{path}/report.csv").data.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["amount", "189.84", "312.00"]
    for kind in ("pdf", "xlsx"):
        assert programs("finance").get(f"{path}/report.{kind}").status_code == 200
    for garment in garments:
        story = programs("store1").get(f"/registrations/{garment['no']}").json
        assert story["status"] == "destroyed"
    assert [finding.code for finding in verify(session) if not finding.holds] == []


def test_every_paper_comes_as_a_pdf(programs: Any):
    garment = programs.register(
        source="customer",
        purchased_on="2026-10-20",
        receipt_no="T-1",
        customer={"name": "张三丰", "phone": "13812345678"},
    )
    other = programs.register()
    box = programs.at_after_sales(garment, other)
    programs.scrap(other)
    form = programs.approved(other)[0]
    record = programs("warehouse").post("/destructions", {}).json["destruction"]["no"]
    for login, path in (
        ("store1", f"/labels/{garment['piece_no']}.pdf"),
        ("store1", f"/registrations/{garment['no']}.pdf"),
        ("store1", f"{box}.pdf"),
        ("supplier1", f"/loss-forms/{form}.pdf"),
        ("warehouse", f"/destructions/{record}.pdf"),
    ):
        answer = programs(login).get(path)
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-"), path
        assert answer.headers["Content-Type"] == "application/pdf"
        name = path.rpartition("/")[2]
        assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
