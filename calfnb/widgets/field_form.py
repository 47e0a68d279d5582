"""A form of named fields: choices, numbers and steps, each with room for a sentence beside it."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, Int, List, Unicode

from calfnb.widgets.base import PageWidget, module_text

__all__ = ["FieldForm"]


class FieldForm(PageWidget):
    """Shows ``fields`` and sends one message for each change: ``set`` (``field``, ``value``, ``seq``).

    A clicked ``[data-action]`` element of the details sends ``action`` with its dataset.

    A click shows at once; the kernel confirms it by ``values`` and ``ack``. Fields that stay the same keep the focus
    when others come or go.

    Attributes
    ----------
    fields
        ``[{"id", "kind", "label", "badge", "hint", ...}]``. Kinds: ``radios`` (``options`` of ``{"id", "label", "more",
        "open"}``; ``wide`` for one a line), ``checks``, ``select`` (options with ``group``), ``number`` (``unit``,
        ``placeholder``), ``numbers`` (``count`` of them), ``steps`` (a slider whose places are the ``options``),
        ``date`` (``today``: the day that the kernel takes for today; the message ``today`` (``day``) corrects it),
        ``text`` (``search``, ``placeholder``).
    values
        What is set, by id: text, also for numbers, so that what was typed comes back as it was; lists for
        ``checks`` and ``numbers``.
    problems
        Why a value cannot be used, a sentence by id, shown beside the field.
    notes
        A word beside a label by id, such as where its value comes from.
    details
        Markup under a field by id, made by ``calfnb.markup``, which escapes; it is patched in place.
    ack
        Number of the last message that ``values`` takes into account.
    label
        Name of the form for a screen reader.
    """

    _esm = module_text("field_form.js")
    fields: List[Any] = List().tag(sync=True)
    values = Dict().tag(sync=True)
    problems = Dict().tag(sync=True)
    notes = Dict().tag(sync=True)
    details = Dict().tag(sync=True)
    ack = Int(0).tag(sync=True)
    label = Unicode("").tag(sync=True)
    texts = Dict().tag(sync=True)
