"""The causes page without a browser: messages in, traits out."""

import asyncio
from dataclasses import replace

import pytest
from acting import everything_in

from calfnb import dashboards
from calfnb.case import encode_case
from calfnb.dashboards.causes_page import state as causes_state
from calfnb.dashboards.causes_page.state import SCREEN
from calfnb.widgets import HtmlPanel


def screen_of(page):
    hidden = set(page.interview.form.hidden)
    return [
        question["id"]
        for step in page.interview.form.questions
        for group in step["groups"]
        for question in group["questions"]
        if question["screen"] and question["id"] not in hidden and question["kind"] == "yes_no"
    ]


def answer(page, finding, option, seq=1, **more):
    page.interview.form.receive({"type": "answer", "finding": finding, "option": option, "seq": seq, **more})


def some_option(page, finding):
    return page.model.tables.findings[finding].option_ids[0]


def all_clear(page):
    page.interview.form.receive({"type": "all_clear", "findings": screen_of(page), "seq": 1})


def unmarked(html):
    return html.replace(' class="cn-changed"', "").replace(" cn-changed", "")


def shown(page):
    """Everything that a person would see, without the marks of a change and the counters of messages."""
    form, results = page.interview.form, page.results
    traits = ("answers", "hidden", "locked_steps", "open_step", "mode", "focus", "reason", "can_go_back", "view")
    html = (results.banner.html, results.ranking.html, page.details.widget.html, page.line.widget.html)
    bar = page.bar.toolbar
    return (
        {name: getattr(form, name) for name in traits},
        [unmarked(text) for text in html],
        (bar.mode, bar.setting, bar.large, page.bar.address.code, page.case.reader.case, page.case.reader.shown),
        page._dom_classes,
    )


STEPS = {
    "all clear": all_clear,
    "an alarming answer": lambda page: answer(page, "breathless_or_chest_pain", "yes"),
    "a zone": lambda page: answer(page, "main_zone", "whole_calf"),
    "an answer in guided mode": lambda page: answer(page, "side", "one_leg", advance=True),
    "an answer cleared": lambda page: (answer(page, "side", "one_leg"), answer(page, "side", None, seq=2)),
    "skip": lambda page: (all_clear(page), page.interview.form.receive({"type": "skip", "finding": "main_zone"})),
    "back": lambda page: (all_clear(page), page.interview.form.receive({"type": "back"})),
    "another question": lambda page: page.interview.form.receive({"type": "focus", "finding": "bruising"}),
    "go on from the screen": lambda page: page.interview.form.receive({"type": "screen_done"}),
    "a step opened": lambda page: page.interview.form.receive({"type": "open_step", "step": "story"}),
    "a step unlocked": lambda page: page.interview.form.receive({"type": "unlock", "step": "tests"}),
    "the leg turned": lambda page: page.interview.form.receive({"type": "view", "view": "medial"}),
    "free mode": lambda page: page.bar.toolbar.receive({"type": "mode", "mode": "free"}),
    "another setting": lambda page: page.bar.toolbar.receive({"type": "setting", "setting": "emergency_department"}),
    "large type": lambda page: page.bar.toolbar.receive({"type": "large", "large": True}),
    "the worked case": lambda page: page.bar.toolbar.receive({"type": "case"}),
    "a further step of the case": lambda page: (
        page.bar.toolbar.receive({"type": "case"}),
        page.case.reader.receive({"type": "reveal", "shown": 3}),
    ),
    "start again": lambda page: (answer(page, "side", "one_leg"), page.bar.toolbar.receive({"type": "reset"})),
    "undo": lambda page: (answer(page, "side", "one_leg"), page.bar.toolbar.receive({"type": "undo"})),
    "a heavy part opened": lambda page: page.details.widget.receive({"type": "open", "part": "settings", "open": True}),
}


@pytest.mark.parametrize("step", STEPS)
def test_updating_equals_creating_anew(causes, make_page, count_widgets, step):
    before = count_widgets()
    STEPS[step](causes)
    assert causes.store.problem == ""
    assert count_widgets() == before, "an update may not make widgets"
    fresh = make_page()
    fresh.store.put(causes.store.state)
    if step == "a heavy part opened":
        STEPS[step](fresh)
    assert shown(causes) == shown(fresh)


def test_every_answer_is_confirmed_by_its_number(causes):
    answer(causes, "side", "one_leg", seq=7)
    assert causes.interview.form.ack == 7
    assert causes.interview.form.answers == {"side": "one_leg"}


def test_urgency_and_list_come_before_what_to_ask_next(causes):
    """With an event loop, as in a kernel: answers and their number in one go, the question a moment later."""
    all_clear(causes)
    answer(causes, "main_zone", "whole_calf", seq=2, advance=True)
    before, banner, details = causes.interview.form.focus, causes.results.banner.html, causes.details.widget.html

    async def step():
        answer(causes, before, some_option(causes, before), seq=3, advance=True)
        answer(causes, "breathless_or_chest_pain", "yes", seq=4)
        assert causes.results.banner.html != banner
        assert causes.interview.form.ack == 4
        assert causes.interview.form.answers["breathless_or_chest_pain"] == "yes"
        assert causes.interview.form.focus == before
        assert causes.details.widget.html == details
        while causes.interview.soon.waiting or causes.details.soon.waiting:
            await asyncio.sleep(0)

    asyncio.run(step())
    assert causes.interview.form.focus == causes.store.result.focus != before
    assert causes.details.widget.html != details


def test_an_error_in_what_to_ask_next_leaves_urgency_and_list(causes, monkeypatch):
    all_clear(causes)
    banner = causes.results.banner.html

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(causes_state, "next_questions", broken)
    answer(causes, "main_zone", "whole_calf", seq=2, advance=True)
    answer(causes, "breathless_or_chest_pain", "yes", seq=3)
    assert causes.results.banner.html != banner
    assert causes.store.state.case.answers["breathless_or_chest_pain"] == "yes"
    assert causes.store.problem
    monkeypatch.undo()
    causes.store.undo()
    assert not causes.store.problem


def test_the_all_clear_records_each_flag_as_absent_and_goes_on(causes):
    flags = screen_of(causes)
    all_clear(causes)
    assert len(flags) > 10
    assert {causes.store.state.case.answers[name] for name in flags} == {"no"}
    assert causes.interview.form.focus == "main_zone"


def test_the_all_clear_leaves_what_was_answered(causes):
    answer(causes, "dark_urine", "yes")
    others = [name for name in screen_of(causes) if name != "dark_urine"]
    causes.interview.form.receive({"type": "all_clear", "findings": others, "seq": 2})
    assert causes.store.state.case.answers["dark_urine"] == "yes"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "answer", "finding": "side", "option": "third_leg", "seq": 3},
        {"type": "answer", "finding": "no_such_finding", "option": "yes", "seq": 3},
        {"type": "answer", "finding": {"a": 1}, "option": "yes", "seq": 3},
        {"type": "answer", "seq": 3},
        {"type": "all_clear", "findings": ["side"], "seq": 3},
        {"type": "focus", "finding": "<script>"},
    ],
)
def test_a_wrong_message_gives_a_sentence_and_keeps_the_answers(causes, message):
    answer(causes, "side", "one_leg")
    causes.interview.form.receive(message)
    assert causes.store.state.case.answers == {"side": "one_leg"}
    assert "Something went wrong" in causes.bar.message.html
    assert "data-reload" in causes.bar.message.html
    assert 'data-action="undo"' in causes.bar.message.html
    assert "Traceback" not in causes.bar.message.html
    answer(causes, "bruising", "yes", seq=4)
    assert causes.bar.message.html == ""


def test_after_an_error_the_form_is_told_that_its_message_was_seen(causes):
    answer(causes, "side", "third_leg", seq=5)
    assert causes.interview.form.ack == 5
    assert causes.interview.form.answers == {}


def test_unknown_kinds_of_messages_are_ignored(causes):
    for content in ({"type": "no_such"}, {}, {"type": 3}, "text", None):
        causes.interview.form._received(None, content, None)
    assert causes.store.problem == ""


def test_an_error_in_the_reasoning_is_kept_from_the_page(causes, monkeypatch, caplog):
    def fail(*_arguments, **_more):
        raise RuntimeError("numbers")

    monkeypatch.setattr("calfnb.dashboards.causes_page.state._assessed", fail)
    answer(causes, "side", "one_leg")
    assert "Something went wrong" in causes.bar.message.html
    assert causes.store.state.case.answers == {}
    assert "numbers" in caplog.text


def test_undo_brings_back_what_start_again_took(causes):
    answer(causes, "side", "one_leg")
    answer(causes, "bruising", "yes", seq=2)
    causes.bar.toolbar.receive({"type": "reset"})
    assert causes.store.state.case.answers == {}
    assert "Undo" in causes.bar.message.html
    causes.bar.toolbar.receive({"type": "undo"})
    assert causes.store.state.case.answers == {"side": "one_leg", "bruising": "yes"}


def test_start_again_keeps_setting_mode_and_type_size(causes):
    for kind, value in {"setting": "primary_care_community", "mode": "free", "large": True}.items():
        causes.bar.toolbar.receive({"type": kind, kind: value})
    causes.bar.toolbar.receive({"type": "reset"})
    state = causes.store.state
    assert (state.case.setting, state.mode, state.large) == ("primary_care_community", "free", True)
    assert "cnw-large" in causes._dom_classes


def test_a_code_brings_the_page_back(causes, make_page):
    all_clear(causes)
    answer(causes, "main_zone", "whole_calf", seq=2)
    causes.bar.toolbar.receive({"type": "setting", "setting": "emergency_department"})
    again = make_page(causes.bar.address.code)
    assert again.store.state.case == causes.store.state.case
    assert again.interview.form.focus == causes.interview.form.focus != SCREEN
    assert unmarked(again.results.banner.html) == unmarked(causes.results.banner.html)


SPOILT = {
    "cut": lambda code: code[:-3],
    "forged": lambda code: ("B" if code[-2] != "B" else "C").join((code[:-2], code[-1:])),
    "turned round": lambda code: code[::-1],
    "no code": lambda _code: "?",
    "endless": lambda _code: "x" * 5000,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_code_that_cannot_be_used_gives_one_sentence_and_a_fresh_page(causes, make_page, spoil):
    answer(causes, "side", "one_leg")
    page = make_page(spoil(causes.bar.address.code))
    assert page.store.state.case.answers == {}
    assert page.bar.address.code == ""
    assert "The code in the address" in page.bar.message.html
    assert "Something went wrong" not in page.bar.message.html


def test_a_code_of_other_tables_says_so(causes, model, make_page):
    other = replace(model.tables, version="00000000")
    page = make_page(encode_case(causes.store.state.case, other, mode="free"))
    assert "another version of the tables" in page.bar.message.html


def test_heavy_parts_are_worked_out_only_when_opened(causes, monkeypatch):
    asked = []
    monkeypatch.setattr(causes_state, "what_would_change", lambda case, _model: asked.append(case) or ())
    answer(causes, "side", "one_leg")
    assert not asked
    causes.details.widget.receive({"type": "open", "part": "changers", "open": True})
    assert len(asked) == 1
    causes.bar.toolbar.receive({"type": "large", "large": True})
    assert len(asked) == 1
    answer(causes, "bruising", "yes", seq=2)
    assert len(asked) == 2
    causes.details.widget.receive({"type": "open", "part": "changers", "open": False})
    answer(causes, "bruising", "no", seq=3)
    assert len(asked) == 2
    assert not causes.details.widget.busy


def test_the_page_is_styled_once_and_every_module_is_one(causes):
    own = [widget for widget in everything_in(causes) if hasattr(widget, "_esm")]
    assert sum(bool(widget._css) for widget in own) == 1
    for widget in own:
        assert widget._esm.count("export default") == 1
        assert "import " not in widget._esm.replace("important", "")
    assert len(everything_in(causes)) < 30


def test_large_type_marks_the_page(causes):
    causes.bar.toolbar.receive({"type": "large", "large": True})
    assert "cnw-large" in causes._dom_classes
    causes.bar.toolbar.receive({"type": "large", "large": False})
    assert "cnw-large" not in causes._dom_classes


def test_a_change_is_marked_and_announced(causes):
    answer(causes, "breathless_or_chest_pain", "yes")
    assert "cn-changed" in causes.results.banner.html
    assert causes.results.banner.announcement == "Urgency: Emergency now."
    answer(causes, "side", "one_leg", seq=2)
    assert "cn-changed" not in causes.results.banner.html


def test_every_question_has_words_and_at_least_two_answers(causes):
    for step in causes.interview.form.questions:
        assert step["label"]
        for group in step["groups"]:
            for question in group["questions"]:
                assert question["text"]
                assert question["short"]
                assert len(question["options"]) >= 2
                assert all(option["label"] for option in question["options"])


def test_the_index_links_every_lesson_but_itself():
    page = dashboards.index()
    html = "".join(child.html for child in page.children if isinstance(child, HtmlPanel))
    for lesson in dashboards.lessons():
        assert (f'data-lesson="{lesson.notebook}"' in html) == (lesson.name != "index")
    assert "not for the care of any person" in html.lower()


def test_dashboards_are_found_by_themselves():
    assert {"causes", "index"} <= set(dashboards.names()) <= set(dir(dashboards))
    with pytest.raises(AttributeError, match=r"there are .*causes"):
        dashboards.no_such_page  # noqa: B018
