"""What the schema alone cannot say about the tables: sums, ranges, options, completeness, sentences."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calfnb.tables.domain_logic import check_logic
from calfnb.tables.problems import did_you_mean, listed
from calfnb.tables.sheets import UNREADABLE, Sheet

__all__ = ["check_domain"]

#: Pretest probabilities of a setting are made to add up; those of options may have been rounded.
_PRETEST_TOLERANCE = 1e-6
_OPTIONS_TOLERANCE = 1e-3
_YES_NO = ("yes", "no")


def check_domain(sheets: Mapping[str, Sheet]) -> None:
    """Report in each sheet what is wrong with it in the light of all the others."""
    for sheet in sheets.values():
        _check_ranges(sheet)
        _check_sentences(sheet)
    _check_options(sheets["findings"], sheets["options"])
    _check_pretest(sheets)
    _check_profiles(sheets["profiles"], sheets["findings"], ("condition_id", "finding_id"))
    _check_profiles(sheets["background"], sheets["findings"], ("finding_id",))
    _check_coverage(sheets)
    _check_zones(sheets["body_zones"], sheets["findings"])
    check_logic(sheets)
    if "management" in sheets:
        from calfnb.tables.domain_care import check_care  # the causes page does without these tables

        check_care(sheets)
    if "rule_pages" in sheets:
        from calfnb.tables.domain_tests import check_tests

        check_tests(sheets)
    if "load_rules" in sheets:
        from calfnb.tables.domain_load import check_load

        check_load(sheets)
    if "warmup_sessions" in sheets:
        from calfnb.tables.domain_prevention import check_prevention

        check_prevention(sheets)


def _check_ranges(sheet: Sheet) -> None:
    """A probability lies within its plausible range."""
    if not {"probability", "low", "high"} <= set(sheet.resource.column_names):
        return
    for line, row in sheet.items():
        low, probability, high = row["low"], row["probability"], row["high"]
        if any(value is UNREADABLE for value in (low, probability, high)):
            continue
        if low > probability:
            sheet.report(
                line, "low", low, f"low is above the probability {probability:g}", "Lower it or raise the other."
            )
        if high < probability:
            sheet.report(
                line, "high", high, f"high is below the probability {probability:g}", "Raise it or lower the other."
            )


def _check_sentences(sheet: Sheet) -> None:
    """The places of a sentence are plain names in braces."""
    for column in sheet.resource.columns:
        if not column.places:
            continue
        for line, row in sheet.items():
            text = row[column.name]
            if text is UNREADABLE:
                continue
            try:
                names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
            except ValueError as error:
                message = f"a brace is wrong ({str(error).lower()})"
                sheet.report(
                    line, column.name, text, message, "Write {name} for a place and {{ or }} for a brace itself."
                )
                continue
            for name in names:
                if not name.isidentifier():
                    message = f"the place {{{name}}} has no plain name"
                    sheet.report(
                        line, column.name, text, message, "Write a name of letters and underscores, as in {count}."
                    )


def _check_options(findings: Sheet, options: Sheet) -> None:
    """Every option of a finding has its row, and the other way round."""
    rows = {(row["finding_id"], row["option_id"]) for row in options.rows}
    listed_options: set[tuple[str, str]] = set()
    options_complete = options.complete("finding_id", "option_id")
    for line, row in findings.items():
        finding_id, names, alarming = row["finding_id"], row["options"], row["alarming"]
        if names is UNREADABLE or finding_id is UNREADABLE:
            continue
        listed_options.update((finding_id, name) for name in names)
        if row["kind"] == "yes_no" and names != _YES_NO:
            findings.report(
                line, "options", ";".join(names), "a yes_no finding has the options yes;no", "Write yes;no."
            )
        elif len(names) < 2:
            findings.report(line, "options", ";".join(names), "a choice needs at least two options", "Add another one.")
        for name in names:
            if options_complete and (finding_id, name) not in rows:
                remedy = f"Add a row {finding_id},{name} to options.csv with its label."
                findings.report(line, "options", name, f'the option "{name}" has no row in options.csv', remedy)
        for name in () if alarming is UNREADABLE else alarming:
            if name not in names:
                message = f'"{name}" is no option of {finding_id}{did_you_mean(name, names)}'
                findings.report(line, "alarming", name, message, f"Write one or more of {listed(names)}.")
    if findings.complete("finding_id", "options"):
        known = {finding_id for finding_id, _ in listed_options}
        for line, row in options.items():
            finding_id, name = row["finding_id"], row["option_id"]
            if finding_id in known and name is not UNREADABLE and (finding_id, name) not in listed_options:
                near = did_you_mean(name, [option for finding, option in listed_options if finding == finding_id])
                message = f'findings.csv does not list "{name}" among the options of {finding_id}{near}'
                options.report(line, "option_id", name, message, "Add it there, or remove this row.")


def _check_pretest(sheets: Mapping[str, Sheet]) -> None:
    """Every setting has every condition, and they add up to 1."""
    pretest, settings, conditions = sheets["pretest"], sheets["settings"], sheets["conditions"]
    complete = pretest.complete("setting_id", "condition_id") and conditions.complete("condition_id")
    if not (complete and settings.complete("setting_id")):
        return
    for _, setting in settings.items():
        setting_id = setting["setting_id"]
        rows = [(line, row) for line, row in pretest.items() if row["setting_id"] == setting_id]
        present = {row["condition_id"] for _, row in rows}
        missing = [row["condition_id"] for _, row in conditions.items() if row["condition_id"] not in present]
        for condition_id in missing:
            message = f"{condition_id} has no pretest probability in the setting {setting_id}"
            pretest.report(0, "condition_id", condition_id, message, "Add a row, and make the setting add up to 1.")
        total = _total(rows)
        if rows and not missing and total is not None and abs(total - 1) > _PRETEST_TOLERANCE:
            message = f"the probabilities of the setting {setting_id} add up to {total:.9g}, not to 1"
            pretest.report(rows[-1][0], "probability", "", message, "Change them so that they add up to 1.")


def _check_profiles(sheet: Sheet, findings: Sheet, key: Sequence[str]) -> None:
    """A yes/no finding lists only yes; the options of a choice are complete and add up to 1."""
    known = {row["finding_id"]: row for row in findings.rows if row["options"] is not UNREADABLE}
    complete = sheet.complete(*key, "option_id")
    groups: dict[tuple[Any, ...], list[tuple[int, dict[str, Any]]]] = {}
    for line, row in sheet.items():
        groups.setdefault(tuple([row[name] for name in key]), []).append((line, row))
    for values, rows in groups.items():
        finding = known.get(values[-1])
        if finding is None:
            continue
        if finding["kind"] == "yes_no":
            for line, row in rows:
                if row["option_id"] == "no":
                    message = "a yes_no finding lists only the option yes; the rest is no"
                    sheet.report(line, "option_id", "no", message, "Remove this row.")
        elif complete:
            _check_distribution(sheet, " and ".join(str(value) for value in values), finding["options"], rows)


def _check_distribution(
    sheet: Sheet, name: str, options: Sequence[str], rows: Sequence[tuple[int, dict[str, Any]]]
) -> None:
    present = [row["option_id"] for _, row in rows]
    missing = [option for option in options if option not in present]
    last = rows[-1][0]
    if missing:
        message = f"of {name} the option{'s' if len(missing) > 1 else ''} {listed(missing)} is missing"
        if len(missing) > 1:
            message = f"of {name} the options {listed(missing)} are missing"
        sheet.report(last, "option_id", "", message, "Add a row for each, and make all of them add up to 1.")
        return
    total = _total(rows)
    if total is not None and abs(total - 1) > _OPTIONS_TOLERANCE:
        message = f"the probabilities of {name} add up to {total:.6g}, not to 1"
        sheet.report(last, "probability", "", message, "Change them so that they add up to 1.")


def _total(rows: Sequence[tuple[int, dict[str, Any]]]) -> float | None:
    """Return the sum of the probabilities, or None if one could not be read."""
    values = [row["probability"] for _, row in rows]
    return None if any(value is UNREADABLE for value in values) else sum(values)


def _check_coverage(sheets: Mapping[str, Sheet]) -> None:
    """Every finding has a background, or a profile in every condition."""
    findings, conditions, profiles, background = (
        sheets[name] for name in ("findings", "conditions", "profiles", "background")
    )
    complete = profiles.complete("condition_id", "finding_id") and background.complete("finding_id")
    if not (complete and conditions.whole and findings.complete("finding_id")):
        return
    covered = {row["finding_id"] for row in background.rows}
    profiled: dict[str, set[str]] = {}
    for row in profiles.rows:
        profiled.setdefault(row["finding_id"], set()).add(row["condition_id"])
    for line, row in findings.items():
        finding_id = row["finding_id"]
        if finding_id not in covered and len(profiled.get(finding_id, ())) < len(conditions.rows):
            message = f"{finding_id} has no background, and not every condition has a profile of it"
            findings.report(line, "finding_id", finding_id, message, "Add its options to background.csv.")


def _check_zones(zones: Sheet, findings: Sheet) -> None:
    """Every zone of the map is an answer to main_zone."""
    options: Iterable[str] | None = next(
        (row["options"] for row in findings.rows if row["finding_id"] == "main_zone"), None
    )
    if options is None or options is UNREADABLE:
        return
    for line, row in zones.items():
        option_id = row["option_id"]
        if option_id is not UNREADABLE and option_id not in options:
            message = f'main_zone has no option "{option_id}"{did_you_mean(option_id, options)}'
            zones.report(line, "option_id", option_id, message, f"Write one of {listed(tuple(options))}.")
