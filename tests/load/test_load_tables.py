"""The load tables: what is checked about them, and folders that lack them."""

import shutil

import pytest

from calfnb.load.readers import read_contents
from calfnb.tables import TablesError, check_tables, load_training, shipped_folder


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "tables"
    shutil.copytree(shipped_folder(), copy)
    return copy


def replaced(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("load_bands.csv", "green,10,true", "green,40,true", "ascending order"),
        ("load_bands.csv", "lr02_small,LR02,small_spike,1.3,", "lr02_small,LR02,small_spike,,", "without an upper end"),
        ("load_bands.csv", "1.64,1.31,2.05", "1.64,1.71,2.05", "outside its interval"),
        ("load_walk_jog.csv", "true,10,10,", "true,11,10,", "come to 10 minutes"),
        ("load_words.csv", "1,column,distance,Distance", "1,column,date,Distanz", "stands for"),
        ("load_limits.csv", "first_week_km,LR08", "first_week_km,LR88", 'no "LR88"'),
        ("load_rules.csv", "src_frandsen_2025_blog", "src_nobody", 'no "src_nobody"'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported(folder, file, old, new, message):
    replaced(folder / file, old, new)
    problems = [str(problem) for problem in check_tables(folder)]
    assert len(problems) >= 1
    assert any(file in problem and message in problem for problem in problems), problems
    with pytest.raises(TablesError):
        load_training(folder)


def test_a_folder_without_load_tables_gets_the_shipped_ones(tiny_folder):
    own, shipped = load_training(tiny_folder), load_training()
    assert own.rules == shipped.rules
    assert own.bands == shipped.bands
    assert own.tables.version != shipped.tables.version


def test_a_band_of_ones_own(folder):
    replaced(folder / "load_bands.csv", "green,10,true", "green,5,true")
    load = load_training(folder)
    assert load.band_of("LR01", 7).band == "amber"


def test_a_language_is_rows(folder):
    words = folder / "load_words.csv"
    words.write_text(
        words.read_text(encoding="utf-8")
        + "own_1,column,date,Dagsetning\nown_2,column,distance,Vegalengd\nown_3,month,1,janúar\n",
        encoding="utf-8",
    )
    content = "Dagsetning,Vegalengd\n4. janúar 2024,10.0\n".encode()
    log = read_contents([("log.csv", content)], load_training(folder))
    assert [(run.start.date().isoformat(), run.distance_km) for run in log] == [("2024-01-04", 10.0)]
    assert not len(read_contents([("log.csv", content)], load_training()))
