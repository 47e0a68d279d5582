"""Folders of tables as linked, frozen records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from calfnb.tables import records
from calfnb.tables.checking import CheckedFolder, read_folder, shipped_folder
from calfnb.tables.problems import TablesError
from calfnb.tables.records import Tables
from calfnb.tables.sheets import Sheet

__all__ = ["all_records", "load_tables", "records_by_key", "tables_of"]

Record = TypeVar("Record")


def load_tables(folder: Path | str | None = None) -> Tables:
    """Read, check and link the tables of a folder.

    Parameters
    ----------
    folder
        A folder of tables in the shape of the shipped ones; None for the shipped ones, which are
        read once and kept. Another folder is read anew each time, so that edits are seen.

    Raises
    ------
    TablesError
        If anything is wrong with the tables; ``problems`` lists all of it.
    """
    return _shipped_tables() if folder is None else tables_of(read_folder(Path(folder), parts=()))


@cache
def _shipped_tables() -> Tables:
    return tables_of(read_folder(shipped_folder(), parts=()))


def tables_of(checked: CheckedFolder) -> Tables:
    """Link the condition tables of a checked folder; raises TablesError if anything is wrong with it."""
    if checked.problems:
        raise TablesError(checked.problems, str(checked.folder))
    sheets = checked.sheets
    return Tables(
        version=checked.version,
        sources=records_by_key(sheets["sources"], records.Source),
        claims=records_by_key(sheets["claims"], records.Claim),
        conditions=records_by_key(sheets["conditions"], records.Condition),
        settings=records_by_key(sheets["settings"], records.Setting),
        pretest=all_records(sheets["pretest"], records.Pretest),
        tiers=records_by_key(sheets["tiers"], records.Tier),
        findings=_findings(sheets),
        profiles=all_records(sheets["profiles"], records.Profile),
        background=all_records(sheets["background"], records.Background),
        red_flags=records_by_key(sheets["red_flags"], records.RedFlag),
        thresholds=all_records(sheets["thresholds"], records.Threshold),
        rules=records_by_key(sheets["rules"], records.Rule),
        rule_items=all_records(sheets["rule_items"], records.RuleItem),
        rule_bands=all_records(sheets["rule_bands"], records.RuleBand),
        body_zones=all_records(sheets["body_zones"], records.BodyZone),
        messages=_messages(sheets["text_en"], checked.folder),
        glossary=records_by_key(sheets["glossary"], records.GlossaryEntry),
        conflicts=records_by_key(sheets["conflicts"], records.Conflict),
        localities=records_by_key(sheets["locality"], records.Locality),
        folder=checked.folder,
    )


def all_records(sheet: Sheet, record: Callable[..., Record]) -> tuple[Record, ...]:
    """Return the rows of a sheet as records whose fields are named like its columns."""
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]
    values = itemgetter(*names)
    return tuple([record(*values(row)) for row in sheet.rows])


def records_by_key(sheet: Sheet, record: Callable[..., Record]) -> Mapping[str, Record]:
    """Return the rows of a sheet as records by its key, in the order of the file."""
    (key,) = sheet.resource.primary_key
    keys = [row[key] for row in sheet.rows]
    return MappingProxyType(dict(zip(keys, all_records(sheet, record), strict=True)))


def _findings(sheets: Mapping[str, Sheet]) -> Mapping[str, records.Finding]:
    options = {
        (option.finding_id, option.option_id): option for option in all_records(sheets["options"], records.Option)
    }
    found = {}
    for row in sheets["findings"].rows:
        finding_id = row["finding_id"]
        values: dict[str, Any] = {field.name: row[field.name] for field in fields(records.Finding)}
        values["options"] = tuple(options[finding_id, option_id] for option_id in row["options"])
        found[finding_id] = records.Finding(**values)
    return MappingProxyType(found)


def _messages(sheet: Sheet, folder: Path) -> Mapping[str, str]:
    """Return the sentences of the folder; those that it leaves out are the shipped ones.

    They are no clinical content, and a folder made for an older version lacks the newer ones.
    """
    own = {row["key"]: row["text"] for row in sheet.rows}
    if folder.resolve() == shipped_folder().resolve():
        return MappingProxyType(own)
    return MappingProxyType({**_shipped_tables().messages, **own})
