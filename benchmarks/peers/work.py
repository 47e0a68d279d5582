"""The work that every peer does: the same controls, numbers, three figures and table, made from one seed.

Each figure and the table carry the code of the answers, ``[0017]``, so that a browser can tell when all of them show
a new state, whatever draws them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CONDITIONS, FINDINGS = 24, 90
TOGGLES = tuple(f"Finding {number}" for number in range(1, 11))
CHOICES = tuple(f"Choice {number}" for number in range(1, 11))
OPTIONS = ("unknown", "a", "b", "c")
#: In figures, so that the words on the controls stand nowhere else on the page.
SHORT = tuple(f"{name[0]}{name.split()[1]}" for name in (*TOGGLES, *CHOICES))
ROWS = 10
HEIGHT = 300

_rng = np.random.default_rng(24)
NAMES = tuple(f"Condition {number}" for number in range(1, CONDITIONS + 1))
PRIOR = np.log(_rng.dirichlet(np.full(CONDITIONS, 2.0)))
PRESENT = _rng.uniform(0.05, 0.95, (CONDITIONS, FINDINGS))
#: A toggle stands for three findings, a choice for two under each of its three options.
OF_TOGGLE = tuple(range(3 * number, 3 * number + 3) for number in range(10))
OF_CHOICE = tuple(range(30 + 6 * number, 36 + 6 * number) for number in range(10))


class Answers:
    """What is set: ``toggles`` and ``choices`` by name, in the order of the page."""

    def __init__(self, toggles: dict[str, bool] | None = None, choices: dict[str, str] | None = None) -> None:
        self.toggles = {name: bool((toggles or {}).get(name, False)) for name in TOGGLES}
        self.choices = {name: (choices or {}).get(name, OPTIONS[0]) for name in CHOICES}

    @property
    def code(self) -> str:
        """The answers as a short text in brackets, different for every set of toggles."""
        toggles = sum(2**place for place, on in enumerate(self.toggles.values()) if on)
        choices = sum(OPTIONS.index(option) for option in self.choices.values())
        return f"[{toggles:04d}.{choices}]"


def contributions(answers: Answers) -> np.ndarray:
    """Log-odds of each control (rows: toggles, then choices) for each condition; 0 for what is not set."""
    effects = np.zeros((len(TOGGLES) + len(CHOICES), CONDITIONS))
    ratio = np.log(PRESENT / PRESENT.mean(axis=0))
    for place, on in enumerate(answers.toggles.values()):
        if on:
            effects[place] = ratio[:, list(OF_TOGGLE[place])].sum(axis=1)
    for place, option in enumerate(answers.choices.values()):
        if option != OPTIONS[0]:
            first = 2 * (OPTIONS.index(option) - 1)
            effects[len(TOGGLES) + place] = ratio[:, list(OF_CHOICE[place])[first : first + 2]].sum(axis=1)
    return effects


def posterior(answers: Answers) -> np.ndarray:
    """Naive Bayes over all conditions."""
    scores = PRIOR + contributions(answers).sum(axis=0)
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def _layout(title: str, **own: Any) -> dict[str, Any]:
    return {"title": {"text": title}, "height": HEIGHT, "margin": {"l": 90, "r": 10, "t": 40, "b": 30},
            "showlegend": False, **own}  # fmt: skip


def three_figures(answers: Answers) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Bars of all conditions, the steps that lead to the first of them, and a map of effects."""
    shares, effects = posterior(answers), contributions(answers)
    order = np.argsort(-shares, kind="stable")
    first = order[0]
    ranked = {
        "data": [{"type": "bar", "x": [NAMES[each] for each in order], "y": shares[order].round(4).tolist()}],
        "layout": _layout(f"Posterior {answers.code}"),
    }
    steps = effects[:, first].round(3)
    stepped = {
        "data": [{"type": "bar", "orientation": "h", "y": list(SHORT), "x": steps.tolist(),
                  "base": [0.0, *np.cumsum(steps)[:-1].round(3).tolist()]}],
        "layout": _layout(f"Why {NAMES[first]} {answers.code}"),
    }  # fmt: skip
    shown = order[:12]
    mapped = {
        "data": [{"type": "heatmap", "x": list(SHORT), "y": [NAMES[each] for each in shown],
                  "z": effects[:, shown].T.round(3).tolist(), "zmin": -3, "zmax": 3}],
        "layout": _layout(f"Effects {answers.code}"),
    }  # fmt: skip
    return ranked, stepped, mapped


def table_rows(answers: Answers) -> list[tuple[str, str, str]]:
    """The ten likeliest: name, share, log-odds."""
    shares = posterior(answers)
    order = np.argsort(-shares, kind="stable")[:ROWS]
    return [(NAMES[each], f"{shares[each]:.3f}", f"{np.log(shares[each] / (1 - shares[each])):+.2f}") for each in order]


def table_html(answers: Answers) -> str:
    """Return the table as HTML."""
    rows = "".join(f"<tr><th>{a}</th><td>{b}</td><td>{c}</td></tr>" for a, b, c in table_rows(answers))
    return f'<table class="ten"><caption>Ten likeliest {answers.code}</caption>{rows}</table>'
