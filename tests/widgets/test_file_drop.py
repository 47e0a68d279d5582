"""Files are fetched block by block, only as far as they are read; whatever goes wrong ends in a sentence."""

import asyncio
import io
import json
import re
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dropping import Hand
from hypothesis import given, settings
from hypothesis import strategies as st

from calfnb.load.readers import RefusedError
from calfnb.tables import load_tables
from calfnb.widgets import dropped
from calfnb.widgets.base import STATIC
from calfnb.widgets.dropped import BLOCK, BrowserFile, Delivery, StoppedError
from calfnb.widgets.file_drop import DropLimits, FileDrop
from calfnb.widgets.time_slider import TimeSlider


def all_bytes(drop, _progress):
    """Read every file that was dropped, or why it cannot be."""
    found = {}
    for source in drop.sources:
        try:
            with source.open() as stream:
                found[source.name] = stream.read()
        except RefusedError as refusal:
            found[source.name] = str(refusal)
    return found


def widget(read=all_bytes, **more):
    results, errors = [], []
    made = FileDrop(styled=False, read=read, done=results.append, failed=errors.append, **more)
    return made, results, errors


def test_files_arrive_whole_and_nothing_is_asked_for_twice():
    made, results, errors = widget()
    hand = Hand(made)
    files = {"a.csv": bytes(range(256)) * 10_000, "b.gpx": b"b", "empty.fit": b"", "c.tcx": b"c" * BLOCK}
    hand.let_go(files)
    assert results == [files]
    assert not errors
    assert len(hand.asked) == len(set(hand.asked)) == 3 + 1 + 1
    assert made.progress["phase"] == "done"
    assert hand.ended == [1]
    assert not made.busy


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=700), st.lists(st.tuples(st.integers(0, 800), st.integers(0, 300)), max_size=12))
def test_reading_from_anywhere_gives_the_same_as_a_file(content, reads):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dropped, "BLOCK", 64)
        box: list[Delivery] = []
        box.append(
            Delivery(
                [BrowserFile("x", len(content)), BrowserFile("y", 3)],
                lambda file, block: box[0].put(file, block, (content, b"abc")[file][block * 64 : (block + 1) * 64]),
                waits=False,
            )
        )
        real = io.BytesIO(content)
        with box[0].sources()[0].open() as stream:
            for place, count in reads:
                assert stream.seek(place) == real.seek(place)
                assert stream.read(count) == real.read(count)
            stream.seek(0)
            assert stream.read() == content
        box[0].close()


def test_of_a_large_archive_only_the_list_travels():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("media/1.jpg", bytes(30 * BLOCK))
        archive.writestr("activities.csv", b"date,distance_km\n2024-01-04,10\n")
        archive.writestr("media/2.jpg", bytes(30 * BLOCK))

    def read_list(drop, _progress):
        with drop.sources[0].open() as stream, zipfile.ZipFile(stream) as archive:
            return archive.read("activities.csv")

    made, results, _ = widget(read_list)
    hand = Hand(made)
    hand.let_go({"export.zip": packed.getvalue()})
    assert results == [b"date,distance_km\n2024-01-04,10\n"]
    assert len(hand.asked) <= 8


@pytest.mark.parametrize(
    ("more", "words"),
    [({"lost": ("a.csv",)}, "could not read it"), ({"silent": True}, "stopped answering")],
)
def test_a_file_that_vanishes_and_a_page_that_is_silent(more, words):
    made, results, errors = widget()
    Hand(made, **more).let_go({"a.csv": b"1"})
    assert words in results[0]["a.csv"]
    assert not errors


def test_what_is_too_large_or_a_folder_is_never_asked_for():
    made, results, _ = widget(limits=DropLimits(file_bytes=10, archive_bytes=20))
    hand = Hand(made)
    hand.let_go({"a.csv": bytes(11), "b.zip": bytes(15), "c": b"1"}, problems={"c": "it is a folder"})
    assert "more than the" in results[0]["a.csv"]
    assert results[0]["b.zip"] == bytes(15)
    assert results[0]["c"] == "it is a folder"
    assert {name for name, _ in hand.asked} == {"b.zip"}


def test_no_more_is_fetched_in_all_than_the_memory_bears():
    made, results, _ = widget(limits=DropLimits(fetched_bytes=3 * BLOCK))
    Hand(made).let_go({"a.csv": bytes(2 * BLOCK), "b.csv": bytes(2 * BLOCK)})
    assert results[0]["a.csv"] == bytes(2 * BLOCK)
    assert "in all" in results[0]["b.csv"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "drop"},
        {"type": "drop", "drop": 1, "files": []},
        {"type": "drop", "drop": "1", "files": [{"name": "a", "size": 1}]},
        {"type": "drop", "drop": 1, "files": "abc"},
        {"type": "chunk", "drop": 1, "file": 0, "block": 0},
        {"type": "gone", "drop": 1, "file": 0},
        {"type": "cancel"},
    ],
)
def test_messages_that_make_no_sense_do_nothing(message):
    made, results, errors = widget()
    made._received(made, message, [b"x"])
    assert not results
    assert not errors
    assert made.progress["phase"] == "idle"


def test_announcements_and_blocks_that_lie():
    made, results, _ = widget()
    hand = Hand(made)
    hand.files = [("a", b""), ("b", b""), ("c", b"")]
    files = ["?", {"name": 3, "size": -1}, {"name": "c", "size": True}]
    hand.say({"type": "drop", "drop": 1, "files": files, "zone": 7})
    assert all("did not say" in words for words in results[0].values())
    made.send = lambda message: (
        message["type"] == "want"
        and hand.say({"type": "chunk", "drop": 2, "file": message["file"], "block": message["block"]}, (b"too long",))
    )
    hand.say({"type": "drop", "drop": 2, "files": [{"name": "a.csv", "size": 3}], "zone": ""})
    assert "could not read it" in results[1]["a.csv"]


def test_an_error_nobody_foresaw_is_told_and_ends_the_drop(caplog):
    def broken(_drop, _progress):
        raise ZeroDivisionError

    made, results, errors = widget(broken)
    hand = Hand(made)
    hand.let_go({"a.csv": b"1"})
    assert not results
    assert isinstance(errors[0], ZeroDivisionError)
    assert made.progress["phase"] == "failed"
    assert hand.ended == [1]
    assert "could not be read" in caplog.text


def run_with_a_loop(act):
    """Run in a loop of a thread of its own: the tests of a browser keep theirs in the first one."""

    async def go():
        await asyncio.wait_for(act(), timeout=20)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(go())).result()


async def until(condition):
    while not condition():
        await asyncio.sleep(0)


def test_with_a_loop_the_reading_has_a_thread_of_its_own():
    threads, shares = [], []

    def read(drop, progress):
        threads.append(threading.current_thread())
        progress(0.5, "half")
        return all_bytes(drop, progress)

    made, results, _ = widget(read)
    made.observe(lambda change: shares.append(change["new"]["phase"]), names=["progress"])

    async def act():
        threads.append(threading.current_thread())
        hand = Hand(made, looped=True)
        hand.later = asyncio.get_running_loop().call_soon
        hand.let_go({"a.csv": bytes(3 * BLOCK)})
        assert made.busy
        await until(lambda: results)

    run_with_a_loop(act)
    assert results == [{"a.csv": bytes(3 * BLOCK)}]
    assert threads[0] is not threads[1]
    assert shares[0] == "fetching"
    assert "reading" in shares
    assert shares[-1] == "done"


def test_a_reading_can_be_stopped_while_it_waits_and_while_it_works():
    stopped = []

    def read(drop, progress):
        try:
            if drop.sources[0].name == "waits.csv":
                return all_bytes(drop, progress)
            while True:
                progress(0.1, "works")
        except StoppedError:
            stopped.append(drop.sources[0].name)
            raise

    made, results, errors = widget(read)

    async def act():
        hand = Hand(made, silent=True, looped=True)
        for name in ("waits.csv", "works.csv"):
            hand.let_go({name: b"1"})
            await until(lambda: made.progress["phase"] == "reading" or hand.asked)
            made.stop()
            await until(lambda: not made.busy)
            assert made.progress["phase"] == "stopped"

    run_with_a_loop(act)
    assert stopped == ["waits.csv", "works.csv"]
    assert not results
    assert not errors


def test_a_second_drop_takes_the_place_of_one_that_is_being_read():
    made, results, _ = widget()

    async def act():
        hand = Hand(made, silent=True, looped=True)
        hand.let_go({"first.csv": b"1"})
        await until(lambda: hand.asked)
        hand.silent = False
        hand.later = asyncio.get_running_loop().call_soon
        hand.let_go({"second.csv": b"2"})
        await until(lambda: results)

    run_with_a_loop(act)
    assert results == [{"second.csv": b"2"}]


@pytest.mark.parametrize(("module", "part"), [("file_drop.js", "drop"), ("time_slider.js", "slider")])
def test_every_word_of_the_modules_is_a_sentence(module, part):
    source = (STATIC / module).read_text(encoding="utf-8")
    asked = set(re.findall(r'this\.word\("(\w+)"', source))
    if part == "drop":
        asked |= {"fetching", "reading", "stopped", "failed"}
    keys = {key.removeprefix(f"dash4.log.{part}.") for key in load_tables().messages if f"dash4.log.{part}." in key}
    assert asked <= keys
    assert Path(STATIC / module).exists()


def test_the_slider_takes_days_of_its_range_only():
    slider = TimeSlider(range={"first": "2024-01-01", "last": "2024-02-01", "end": "2024-02-04"}, day="2024-02-01")
    days = []
    slider.on("day", lambda message: days.append(message["day"]))
    for number, day in enumerate(("2024-01-05", "2023-12-31", "2024-02-02", "yesterday", 7, None)):
        slider.receive({"type": "day", "day": day, "seq": number})
    assert days == ["2024-01-05"]
    assert slider.ack == 5
    TimeSlider().receive({"type": "day", "day": "2024-01-01"})
    assert json.dumps(days)
