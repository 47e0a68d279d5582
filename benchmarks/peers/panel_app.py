"""The dashboard in Panel."""

import panel as pn
import plotly.graph_objects as go
import work

pn.extension("plotly")
toggles = {name: pn.widgets.Toggle(name=name) for name in work.TOGGLES}
choices = {name: pn.widgets.Select(name=name, options=list(work.OPTIONS)) for name in work.CHOICES}
start = work.Answers()
panes = [pn.pane.Plotly(go.Figure(figure), height=work.HEIGHT, width=400) for figure in work.three_figures(start)]
table = pn.pane.HTML(work.table_html(start))


def refresh(_event):
    answers = work.Answers(
        {name: box.value for name, box in toggles.items()}, {name: box.value for name, box in choices.items()}
    )
    for pane, figure in zip(panes, work.three_figures(answers), strict=True):
        pane.object = go.Figure(figure)
    table.object = work.table_html(answers)


for box in (*toggles.values(), *choices.values()):
    box.param.watch(refresh, "value")
pn.Column(
    pn.GridBox(*toggles.values(), ncols=5), pn.GridBox(*choices.values(), ncols=5), pn.Row(*panes), table
).servable()
