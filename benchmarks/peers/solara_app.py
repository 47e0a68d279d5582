"""The dashboard in Solara."""

import plotly.graph_objects as go
import solara
import work


@solara.component
def Page():  # noqa: N802
    toggles, set_toggles = solara.use_state({})
    choices, set_choices = solara.use_state({})
    answers = work.Answers(toggles, choices)
    with solara.Columns([1] * 5):
        for start in range(5):
            with solara.Column():
                for name in work.TOGGLES[start::5]:
                    solara.Checkbox(
                        label=name,
                        value=toggles.get(name, False),
                        on_value=lambda on, name=name: set_toggles(lambda old: {**old, name: on}),
                    )
                for name in work.CHOICES[start::5]:
                    solara.Select(
                        label=name,
                        value=choices.get(name, work.OPTIONS[0]),
                        values=list(work.OPTIONS),
                        on_value=lambda option, name=name: set_choices(lambda old: {**old, name: option}),
                    )
    with solara.Columns([1] * 3):
        for figure in work.three_figures(answers):
            solara.FigurePlotly(go.Figure(figure))
    solara.HTML(unsafe_innerHTML=work.table_html(answers))
