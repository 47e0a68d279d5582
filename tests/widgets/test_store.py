"""The store: evaluate first, store after, and a way back."""

from dataclasses import dataclass

import pytest

from calfnb.store import Store


@dataclass(frozen=True)
class Count:
    n: int = 0
    large: bool = False


def double(state: Count) -> int:
    if state.n == 13:
        raise ValueError("thirteen")
    return state.n * 2


@pytest.fixture
def store() -> Store[Count, int]:
    return Store(Count(), double, failed="It failed.")


def test_state_and_result_belong_together(store):
    store.change(n=4)
    assert (store.state.n, store.result) == (4, 8)


def test_each_change_is_announced_once(store):
    seen = []
    store.observe(lambda _change: seen.append((store.state.n, store.result)), names=["revision"])
    store.change(n=1)
    store.change(n=1)
    store.change(n=2)
    assert seen == [(1, 2), (2, 4)]


def test_an_error_leaves_everything_as_it_was(store):
    store.change(n=4)
    with pytest.raises(ValueError, match="thirteen"):
        store.change(n=13)
    assert (store.state, store.result, store.revision) == (Count(4), 8, 1)


def test_a_guarded_error_becomes_a_sentence_and_the_next_step_takes_it_away(store, caplog):
    with store.guarded():
        store.change(n=13)
    assert store.problem == "It failed."
    assert "thirteen" in caplog.text
    store.change(n=1)
    assert store.problem == ""


def test_undo_goes_back_step_by_step_and_stops_at_the_beginning(store):
    store.change(n=1)
    store.change(n=2)
    store.undo()
    assert (store.state.n, store.result) == (1, 2)
    store.undo()
    store.undo()
    assert (store.state.n, store.can_undo) == (0, False)


def test_undo_passes_over_changes_not_to_be_remembered_and_keeps_named_fields(store):
    store.change(n=1)
    store.change(remember=False, large=True)
    store.undo(keep=("large",))
    assert store.state == Count(0, large=True)


def test_only_so_many_states_are_kept(store):
    for n in range(20, 400):
        store.change(n=n)
    for _ in range(500):
        store.undo()
    assert store.state.n == 299
