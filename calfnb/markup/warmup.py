"""Warm-ups as HTML and SVG: timeline with its table, runner's card, drills with their figures, disputes, self-check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calfnb.markup.assets import static_text, stylesheet
from calfnb.markup.care import claim_marks
from calfnb.markup.drills import drill_card, drill_figure, drill_list
from calfnb.markup.html import Html, join, tag
from calfnb.markup.icons import level_shape
from calfnb.markup.notes import emergency_line, intended_use_line, source_note
from calfnb.markup.words import capitalised, level_words, list_words
from calfnb.tables.records import Locality
from calfnb.tables.records_prevention import PreventionTables
from calfnb.tables.records_warmup import Exercise
from calfnb.warmup.debates import RuleEffect
from calfnb.warmup.gate import Gate
from calfnb.warmup.plan import FiredRule, PlanDifference, Step, WarmUpPlan
from calfnb.warmup.self_check import CheckFinding, SelfCheckResult

__all__ = [
    "advice_list",
    "difference_words",
    "drill_card",
    "drill_figure",
    "drill_list",
    "gate_note",
    "page_document",
    "plan_notes",
    "plan_table",
    "rule_effects",
    "runner_card",
    "runner_card_document",
    "self_check_list",
    "warmup_stylesheet",
]

_PHASES = ("raise", "mobilise", "potentiate")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_CARD_PAGE = (
    "@page{size:A5;margin:10mm}body{margin:0 auto;padding:1rem;max-width:34rem;background:var(--cn-surface)}"
    "@media print{body{padding:0;max-width:none}html,body{background:#fff}}"
)


def warmup_stylesheet() -> str:
    """Return the tokens, the common rules and those of warm-up and prevention as one style sheet."""
    return stylesheet() + static_text("warmup.css")


# ---- the gate -------------------------------------------------------------------------------------------------------


def gate_note(gate: Gate, tables: PreventionTables, *, locality: Locality | None = None) -> Html:
    """Say why nothing is planned: the sentence, the reason, how soon, and the warning signs; "" when it passed."""
    if gate.decision != "stop":
        return Html("")
    signs = join(
        tag(
            "li",
            level_shape(level, size="small"),
            tag("span", sign.sign),
            tag("span", level_words(level, tables.tables), class_="cn-gatenote__level"),
            class_=f"cn-gatenote__sign cn-level--{level}",
        )
        for sign, level in gate.signs
    )
    return tag(
        "div",
        tag("p", tables.text("warmup.held.title"), class_="cn-held__title"),
        tag("p", gate.sentence, class_="cn-gatenote__sentence"),
        tag("p", gate.why, class_="cn-quiet"),
        tag("ul", signs, class_="cn-gatenote__signs") if signs else None,
        emergency_line(tables.tables, locality),
        class_="cn-held cn-gatenote",
        role="note",
        data_rule=gate.rule_id,
    )


# ---- the plan -------------------------------------------------------------------------------------------------------


def plan_table(steps: Sequence[Step], tables: PreventionTables, *, caption: str) -> Html:
    """Write steps as a table: minutes, drill, how much, why, and what would change without it."""
    heads = ("time", "drill", "dose", "why", "without")
    head = tag("tr", join(tag("th", tables.text(f"warmup.table.{name}"), scope="col") for name in heads))
    rows = join(
        tag(
            "tr",
            tag("td", f"{step.start_min:g}–{step.end_min:g}", class_="cn-warm__time"),
            tag("th", step.name, _optional(step, tables), scope="row"),
            tag("td", step.dose),
            tag("td", step.why, _instead(step, tables)),
            tag("td", step.without, _next(step, tables)),
            data_exercise=step.exercise_id,
        )
        for step in steps
    )
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", rows), class_="cn-table")
    return tag("div", table, class_="cn-warm__scroll", tabindex="0", role="group", aria_label=caption)


def _optional(step: Step, tables: PreventionTables) -> Html | None:
    return tag("span", f" {tables.text('warmup.optional')}", class_="cn-quiet") if step.optional else None


def _instead(step: Step, tables: PreventionTables) -> Html | None:
    if not step.instead_of:
        return None
    name = tables.exercises[step.instead_of].name
    return tag("p", tables.text("warmup.step.instead", name=name, reason=step.instead_why), class_="cn-quiet")


def _next(step: Step, tables: PreventionTables) -> Html | None:
    if not step.next_id:
        return None
    return tag("p", tables.text("warmup.step.next", name=tables.exercises[step.next_id].name), class_="cn-quiet")


def plan_notes(plan: WarmUpPlan, tables: PreventionTables) -> Html:
    """List what shaped the plan, what was left out and why it does not fill the time, each with its source."""
    items = [_rule(rule, tables) for rule in {rule.row_id: rule for rule in plan.rules}.values()]
    said = {rule.sentence for rule in plan.rules}
    items += [tag("li", sentence) for _, sentence in plan.notes if sentence not in said]
    for key, rows in (("warmup.left_out", plan.left_out), ("warmup.left_out.cool_down", plan.cool_left_out)):
        items += [tag("li", tables.text(key, name=row.name, reason=row.reason)) for row in rows]
    body = tag("ul", join(items), class_="cn-warm__rules") if items else tag("p", tables.text("warmup.rules.none"))
    return tag("section", tag("h4", tables.text("warmup.rules.title")), body, class_="cn-warm__notes")


def advice_list(plan: WarmUpPlan, tables: PreventionTables) -> Html:
    """List what holds for every plan: the order, when to stop, cooling down, and when to see somebody."""
    return tag("ul", join(_rule(rule, tables) for rule in plan.advice), class_="cn-warm__rules")


def _rule(rule: FiredRule, tables: PreventionTables) -> Html:
    return tag(
        "li",
        tag("p", rule.sentence, class_="cn-warm__rule"),
        tag("p", join((rule.why, _minutes(rule.minutes, tables)), " "), class_="cn-quiet"),
        source_note(rule.basis, tables.tables.sources.get(rule.source_id), tables.tables),
        claim_marks(rule.claim_ids, tables.tables),
    )


def _minutes(change: tuple[int, int, int], tables: PreventionTables) -> str:
    parts = [
        tables.text("warmup.rules.minutes", phase=tables.text(f"warmup.phase.{phase}"), change=f"{value:+d}")
        for phase, value in zip(_PHASES, change, strict=True)
        if value
    ]
    return f"({'; '.join(parts)})" if parts else ""


# ---- the runner's card ----------------------------------------------------------------------------------------------


def runner_card(plan: WarmUpPlan, tables: PreventionTables) -> Html:
    """Write the plan as a card to take along: large times, names, how much, one cue, and when to stop."""
    if plan.decision == "stop":
        return gate_note(plan.gate, tables)
    during = [rule.sentence for rule in plan.advice if rule.kind == "during"]
    # What only adds minutes is in the times already; heat, ground and speed are things to do.
    said = [
        rule.sentence
        for rule in plan.rules
        if rule.kind in ("closing", "fast_note", "surface_note") or (rule.kind == "adjust" and max(rule.minutes) <= 0)
    ]
    return tag(
        "article",
        tag("h3", tables.text("warmup.card.title", session=tables.sessions[plan.session].name)),
        tag("p", tables.text("warmup.card.total", minutes=f"{plan.total_min:g}"), class_="cn-runcard__total"),
        tag("p", tables.text("warmup.card.ready"), class_="cn-runcard__ready"),
        _card_list(plan.steps, tables),
        tag("ul", join(tag("li", sentence) for sentence in dict.fromkeys(said)), class_="cn-runcard__notes")
        if said
        else None,
        tag("h4", tables.text("warmup.card.after")),
        _card_list(plan.cool_down, tables),
        tag("p", tag("strong", f"{tables.text('warmup.card.stop')}: "), join(during, " "), class_="cn-runcard__stop"),
        intended_use_line(tables.tables),
        class_="cn-runcard",
    )


def _card_list(steps: Sequence[Step], tables: PreventionTables) -> Html:
    rows = join(
        tag(
            "li",
            tag("span", f"{step.start_min:g}–{step.end_min:g}", class_="cn-runcard__time"),
            tag(
                "span",
                tag("strong", step.name),
                _optional(step, tables),
                tag("span", f"{step.dose}. {_cue(tables.exercises[step.exercise_id])}", class_="cn-runcard__dose"),
                class_="cn-runcard__what",
            ),
            class_=f"cn-runcard__step cn-runcard__step--{step.phase}",
        )
        for step in steps
    )
    return tag("ol", rows, class_="cn-runcard__steps")


def _cue(exercise: Exercise) -> str:
    return capitalised(exercise.cues.split(";")[0].strip()) + "."


def runner_card_document(plan: WarmUpPlan, tables: PreventionTables) -> str:
    """Return the runner's card as a page of its own for A5 paper; it loads nothing from elsewhere."""
    title = tables.text("warmup.card.title", session=tables.sessions[plan.session].name if plan.session else "")
    return page_document(title, runner_card(plan, tables), tables, style=_CARD_PAGE)


def page_document(title: str, body: Html, tables: PreventionTables, *, style: str) -> str:
    """Return a whole page in light colours with its own style, that loads nothing from elsewhere."""
    head = join(
        (
            Html('<meta charset="utf-8">'),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Html(warmup_stylesheet() + style)),
        )
    )
    shown = tag("body", tag("main", body), class_="cn-page")
    page = tag("html", tag("head", head), shown, lang=tables.text("handover.language"), data_theme="light")
    return f"<!doctype html>\n{page}\n"


# ---- disputes, rules, routine, self-check ---------------------------------------------------------------------------


def difference_words(difference: PlanDifference, tables: PreventionTables) -> str:
    """Say what one plan has more or less than another."""
    text = tables.text
    parts = []
    if difference.added:
        parts.append(text("warmup.difference.added", names=list_words(difference.added, tables.tables)))
    if difference.removed:
        parts.append(text("warmup.difference.removed", names=list_words(difference.removed, tables.tables)))
    parts += [
        text("warmup.rules.minutes", phase=text(f"warmup.phase.{phase}"), change=f"{value:+d}")
        for phase, value in zip(_PHASES, difference.minutes, strict=True)
        if value
    ]
    if difference.total_min:
        parts.append(text("warmup.difference.total", change=f"{difference.total_min:+g}"))
    if difference.cool_down_min:
        parts.append(text("warmup.difference.cool", change=f"{difference.cool_down_min:+g}"))
    return capitalised("; ".join(parts)) + "." if parts else text("warmup.debate.nothing")


def rule_effects(effects: Iterable[RuleEffect], tables: PreventionTables) -> Html:
    """List what each rule changes: the plan with it against the plan without it."""
    items = join(
        tag(
            "li",
            tag("p", effect.rule.sentence),
            tag("p", difference_words(effect.difference, tables), class_="cn-quiet"),
        )
        for effect in effects
    )
    return tag("ul", items, class_="cn-warm__rules") if items else tag("p", tables.text("warmup.rules.none"))


def self_check_list(result: SelfCheckResult, tables: PreventionTables) -> Html:
    """Write what the self-check says, with the drills that fit."""
    if not result.gate.passed:
        return gate_note(result.gate, tables)
    if result.not_now:
        return tag("p", result.not_now, class_="cn-held", role="note")
    return tag("div", join(_check(finding, tables) for finding in result.findings), class_="cn-checks")


def _check(finding: CheckFinding, tables: PreventionTables) -> Html:
    check = finding.check
    state = tables.text(f"warmup.check.state.{finding.state}")
    drills = list_words([row.name for row in finding.drills], tables.tables)
    return tag(
        "article",
        tag("h4", check.name, tag("span", state, class_=f"cn-checks__state cn-checks__state--{finding.state}")),
        tag("p", _sides(finding, tables), class_="cn-quiet") if finding.left is not None else None,
        tag("p", finding.sentence),
        tag("p", finding.more, class_="cn-quiet") if finding.more else None,
        tag("p", tag("strong", f"{tables.text('warmup.check.drills')}: "), drills) if finding.counts else None,
        tag("p", check.noise, class_="cn-quiet"),
        source_note(check.basis, tables.tables.sources.get(check.source_id), tables.tables),
        class_="cn-checks__item",
        data_state=finding.state,
    )


def _sides(finding: CheckFinding, tables: PreventionTables) -> str:
    def shown(value: object) -> str:
        if finding.check.kind == "yes_no_each":
            return tables.text("warmup.check.yes" if value else "warmup.check.no")
        return f"{value:g} {finding.check.unit}" if isinstance(value, float) else str(value)

    return tables.text("warmup.check.sides", left=shown(finding.left), right=shown(finding.right))
