"""Rows of the shape of an archived platform, made up for the tests."""

import json
from pathlib import Path
from typing import Any

LEAD = {"role": "lead", "name": "甲部", "short": "甲部", "code": "A00000001X"}
ASSISTING = {"role": "assisting", "name": "乙委員會", "short": "乙會", "code": "A00000002X"}


def response(
    agency: dict[str, str] = LEAD, at: str = "2017-11-01T10:00:00+08:00", **texts: Any
) -> dict[str, Any]:
    return {
        "agency": agency["name"],
        "agency_code": agency["code"],
        "first_response_at": at,
        "responded_at": at,
        "analysis": "研析內容",
        "process": "",
        "decision_reasons": "理由內容",
        "follow_up_plan": "",
    } | texts


def row(**fields: Any) -> dict[str, Any]:
    """A sound row; fields change it."""
    return {
        "id": "0a1b2c3d-0000-4000-8000-000000000001",
        "case_number": "20170901-0001",
        "status": "Completed",
        "title": "公園裡多設飲水機",
        "content": "請在公園設置飲水機。",
        "benefit_and_impact": "減少瓶裝水。",
        "submitted_at": "2017-08-01T10:00:00+08:00",
        "approved_at": "2017-08-03T10:00:00+08:00",
        "threshold_reached_at": "2017-09-05T00:00:00+08:00",
        "response_due_at": "2017-11-05T23:59:59+08:00",
        "agencies": [dict(LEAD)],
        "responses": [response()],
    } | fields


def write(folder: Path, rows: Any) -> Path:
    file = folder / "cases.json"
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return file
