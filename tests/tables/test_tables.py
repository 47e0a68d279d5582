"""Folders of tables: the shipped ones, loading, linking, and what they cover."""

import logging
import pickle
from dataclasses import FrozenInstanceError

import pytest

from calfnb.tables import check_tables, load_tables, shipped_folder
from calfnb.tables.checking import read_folder
from calfnb.tables.coverage import basis_counts, coverage_by_topic
from calfnb.tables.descriptor import read_descriptor

# ---- the shipped tables --------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_shipped_tables():
    assert [str(problem) for problem in check_tables()] == []


def test_the_shipped_tables_are_a_valid_data_package():
    """A second, independent reader of the same standard agrees with ours."""
    frictionless = pytest.importorskip("frictionless")
    logging.getLogger("frictionless").setLevel(logging.ERROR)
    report = frictionless.validate(str(shipped_folder() / "datapackage.json"))
    errors = [error.message for task in report.tasks for error in task.errors] + [e.message for e in report.errors]
    assert report.valid, errors[:20]


def test_the_schema_describes_every_column():
    resources = read_descriptor(shipped_folder() / "datapackage.json")
    tables = {resource.name: resource for resource in resources}
    for resource in resources:
        assert resource.title
        assert resource.primary_key
        for column in resource.columns:
            assert column.description, f"{resource.name}.{column.name}"
            if column.kind == "number" and resource.name not in ("tiers", "rule_items", "rule_bands"):
                assert (column.minimum, column.maximum) != (None, None), f"{resource.name}.{column.name}"
        if any(column.kind == "number" for column in resource.columns):
            named = {column.name: column for column in resource.columns}
            assert named["basis"].required
            assert named["source_id"].required
        for key in resource.foreign_keys:
            assert set(key.targets) <= set(tables[key.table].column_names)


def test_every_csv_file_is_described():
    described = {resource.path for resource in read_descriptor(shipped_folder() / "datapackage.json")}
    present = {path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().rglob("*.csv")}
    assert present <= described


def test_the_shipped_tables_are_read_once(shipped_tables):
    assert load_tables() is shipped_tables


def test_every_logic_text_of_the_shipped_tables_is_at_hand(shipped_tables):
    for flag in shipped_tables.red_flags.values():
        expression = shipped_tables.expression(flag.logic)
        assert expression is shipped_tables.expression(flag.logic)
        assert expression.could_hold({})
        assert not expression.holds({})
    assert shipped_tables.expression("").holds({})


# ---- loading -------------------------------------------------------------------------------------


def test_rows_become_linked_records(tiny_tables):
    assert list(tiny_tables.conditions) == ["calf_strain", "deep_vein_thrombosis", "other_unclassified"]
    assert tiny_tables.conditions["calf_strain"].synonyms == ("pulled calf", "tennis leg")
    assert tiny_tables.conditions["deep_vein_thrombosis"].cant_miss is True
    onset = tiny_tables.findings["onset"]
    assert onset.option_ids == ("sudden", "gradual", "after_rest")
    assert onset.option("gradual").label == "Bit by bit"
    with pytest.raises(KeyError):
        onset.option("never")
    assert tiny_tables.findings["calf_swelling"].alarming == ("yes",)
    assert tiny_tables.sources["invented2020"].year == 2020
    assert tiny_tables.sources["judgement"].year is None
    assert tiny_tables.tiers["clinical_exam"].cost == 2.5
    assert tiny_tables.rule_items[2].points == -2
    assert tiny_tables.red_flags["rf_breathless"].more_source_ids == ("invented2020",)
    assert tiny_tables.thresholds[0].setting_id == ""
    assert tiny_tables.folder is not None
    assert tiny_tables.folder.name == "tiny"


def test_lookups(tiny_tables):
    assert {row.finding_id for row in tiny_tables.profiles_of("calf_strain")} == {
        "calf_swelling",
        "onset",
        "heel_raise",
    }
    assert tiny_tables.profiles_of("other_unclassified") == ()
    profile = tiny_tables.profile("deep_vein_thrombosis", "calf_swelling", "yes")
    assert profile is not None
    assert (profile.low, profile.probability, profile.high) == (0.7, 0.8, 0.9)
    assert tiny_tables.profile("calf_strain", "breathless", "yes") is None
    assert [row.option_id for row in tiny_tables.background_of("onset")] == ["sudden", "gradual", "after_rest"]
    assert tiny_tables.pretest_of("emergency_department", "deep_vein_thrombosis").probability == 0.2
    assert tiny_tables.option_ids["swelling_side"] == ("one_leg", "both_legs")


def test_records_cannot_be_changed(tiny_tables):
    with pytest.raises(FrozenInstanceError):
        tiny_tables.conditions["calf_strain"].name = "another"
    with pytest.raises(TypeError):
        tiny_tables.conditions["another"] = tiny_tables.conditions["calf_strain"]
    with pytest.raises(FrozenInstanceError):
        tiny_tables.version = "00000000"
    assert pickle.loads(pickle.dumps(tiny_tables.profiles)) == tiny_tables.profiles


def test_sentences_that_a_folder_leaves_out_are_the_shipped_ones(copy, shipped_tables):
    assert load_tables(copy.folder).messages == shipped_tables.messages
    key = next(iter(shipped_tables.messages))
    copy.write("text/en.csv", f"key,text\n{key},Something else.\n")
    messages = load_tables(copy.folder).messages
    assert messages[key] == "Something else."
    assert messages.keys() == shipped_tables.messages.keys()


def test_sentences_have_their_places_filled(copy):
    copy.write("text/en.csv", "key,text\nabout,About {count} of {out_of} runners {{sic}}.\n")
    assert load_tables(copy.folder).text("about", count=6, out_of=10) == "About 6 of 10 runners {sic}."


def test_the_version_follows_what_bears_on_reasoning(copy, tiny_tables):
    def version() -> str:
        return load_tables(copy.folder).version

    before = version()
    assert before == tiny_tables.version
    assert len(bytes.fromhex(before)) == 4
    for path in copy.folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert version() == before, "line ends and a byte order mark say nothing"
    copy.replace("claims.csv", "A calf can be strained.", "A calf may be strained.")
    assert version() == before, "a claim bears on no answer"
    copy.replace("profiles.csv", "calf_strain,calf_swelling,yes,0.2", "calf_strain,calf_swelling,yes,0.21")
    assert version() != before


def test_edits_of_a_teachers_folder_are_seen(copy):
    first = load_tables(copy.folder)
    copy.replace("conditions.csv", "Calf strain", "Torn calf")
    assert first.conditions["calf_strain"].name == "Calf strain"
    assert load_tables(copy.folder).conditions["calf_strain"].name == "Torn calf"


# ---- what the tables cover -----------------------------------------------------------------------


def test_coverage_counts_the_claims_that_another_table_names(copy):
    copy.replace("conditions.csv", "judgement,judgement,F001", "judgement,judgement,")
    topics = {topic.topic: topic for topic in coverage_by_topic(read_folder(copy.folder))}
    assert (topics["cause"].covered, topics["cause"].of) == (1, 2)
    assert topics["cause"].uncovered == (("F001", "A calf can be strained."),)
    assert (topics["all"].covered, topics["all"].of) == (2, 3)


def test_a_disagreement_covers_both_its_claims(copy):
    copy.replace("conditions.csv", "judgement,judgement,F001", "judgement,judgement,")
    header = "conflict_id,topic,kind,claim_a,claim_b,why,kit_line,basis,source_id\n"
    copy.write("conflicts.csv", header + "c_one,cause,direct,F001,F002,They differ.,Show both.,judgement,judgement\n")
    assert coverage_by_topic(read_folder(copy.folder))[-1].uncovered == ()


def test_basis_is_counted_over_rows_with_numbers(tiny_folder):
    counts = basis_counts(read_folder(tiny_folder))
    assert counts["published"] == 1
    assert list(counts) == ["judgement", "published"]
