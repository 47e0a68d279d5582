"""A log held against the rules as JSON, in pieces, so that a million runs need no second copy in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from calfnb.load.activities import TrainingLog
from calfnb.load.history import Session, Sessions, ShoeAge, Week, Weeks
from calfnb.load.planner import Plan
from calfnb.load.replay import Replay

__all__ = ["log_to_json", "plan_to_dict", "replay_to_dict"]

#: Kilometres to the millimetre and ratios to the millionth: enough for any comparison, without binary dust.
_DECIMALS = 6


def log_to_json(
    log: TrainingLog,
    found: Sessions,
    by_week: Weeks,
    *,
    shoes: tuple[ShoeAge, ...] | None = None,
    more: dict[str, Any] | None = None,
) -> Iterator[str]:
    """Write one JSON object piece by piece.

    Parameters
    ----------
    shoes
        With shoes, every part is told in full: weeks and sessions have more fields, and shoes and notes
        are added. None gives the short form only.
    more
        Further parts for the end of the object.
    """
    full = shoes is not None
    yield f'{{"activities": {len(log)}, "rejected": ['
    yield from _list({"file": entry.file, "row": entry.row, "reason": entry.reason} for entry in log.rejected)
    yield '], "weeks": ['
    yield from _list(_week(week, full) for week in by_week)
    yield '], "sessions": ['
    yield from _list(_session(session, full) for session in found)
    yield "]"
    if shoes is not None:
        parts = {"shoes": [_shoe(shoe) for shoe in shoes], "notes": list(log.notes), **(more or {})}
        for name, value in parts.items():
            yield f", {json.dumps(name)}: {json.dumps(value)}"
    yield "}\n"


def _list(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    separator = ""
    for entry in entries:
        yield separator + json.dumps(entry)
        separator = ", "


def _session(session: Session, full: bool) -> dict[str, Any]:
    short = {
        "date": session.day.isoformat(),
        "distance_km": _rounded(session.distance_km),
        "longest_30d_km": _rounded(session.longest_30d_km),
        "ratio": _rounded(session.ratio),
        "state": session.state,
    }
    if not full:
        return short
    return short | {
        "ratio_without_spikes": _rounded(session.ratio_without_spikes),
        "covered_days": session.covered_days,
    }


def _week(week: Week, full: bool) -> dict[str, Any]:
    short = {"week_start": week.monday.isoformat(), "distance_km": _rounded(week.distance_km)}
    if not full:
        return short
    return short | {
        "complete": week.complete,
        "runs": week.runs,
        "longest_km": _rounded(week.longest_km),
        "change_pct": _rounded(week.change.value),
        "change_band": week.change.band,
        "acute_chronic_uncoupled": _rounded(week.uncoupled),
        "acute_chronic_coupled": _rounded(week.coupled),
        "rest_days": None if week.rest.value is None else int(week.rest.value),
        "rest_band": week.rest.band,
    }


def _shoe(shoe: ShoeAge) -> dict[str, Any]:
    return {
        "shoe": shoe.shoe,
        "distance_km": _rounded(shoe.distance_km),
        "runs": shoe.runs,
        "first_day": shoe.first_day.isoformat(),
        "last_day": shoe.last_day.isoformat(),
        "band": shoe.age.band,
        "left_bands": {band: day.isoformat() for band, day in shoe.left},
    }


def replay_to_dict(replay: Replay) -> dict[str, Any]:
    """Return a replay as values that JSON knows."""
    return {
        "warnings": [
            {
                "date": item.day.isoformat(),
                "rule": item.rule_id,
                "value": _rounded(item.measure.value),
                "band": item.measure.band,
                "about": item.about,
            }
            for item in replay.warnings
        ],
        "leads": [
            {
                "injury": lead.injury.isoformat(),
                "rule": lead.rule_id,
                "first": lead.first.isoformat() if lead.first else None,
                "last": lead.last.isoformat() if lead.last else None,
                "lead_days": lead.lead_days,
                "covered": lead.covered,
            }
            for lead in replay.leads
        ],
        "records": [
            {
                "rule": record.rule_id,
                "warnings": record.warnings,
                "followed_by_injury": record.followed,
                "injuries_warned_of": record.injuries_warned,
                "injuries": record.injuries,
            }
            for record in replay.records
        ],
        "caution": replay.caution,
    }


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return a plan as values that JSON knows; without an open gate it has no weeks."""
    return {
        "open": plan.gate.open,
        "ask": list(plan.gate.ask),
        "reason": plan.gate.reason,
        "rule": plan.rule,
        "weeks": [
            {
                "week_start": week.monday.isoformat(),
                "kind": week.kind,
                "raised": week.raised,
                "distance_km": _rounded(week.distance_km),
                "change_pct": _rounded(week.change.value),
                "acute_chronic_uncoupled": _rounded(week.uncoupled),
                "shares_pct": dict(week.shares_pct),
                "runs": [
                    {
                        "date": run.day.isoformat(),
                        "kind": run.kind,
                        "distance_km": _rounded(run.distance_km),
                        "ratio": _rounded(run.ratio.value),
                        "state": run.ratio.band,
                        "steps": [list(step) for step in run.steps],
                    }
                    for run in week.runs
                ],
                "why": list(week.why),
            }
            for week in plan.weeks
        ],
        "notes": list(plan.notes),
        "conflict_ids": list(plan.conflict_ids),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
