"""The dashboard in Dash; ``server`` is for a WSGI server."""

import sys

import plotly.graph_objects as go
import work
from dash import Dash, Input, Output, dcc, html

app = Dash(__name__, serve_locally=True, update_title=None)
server = app.server
CONTROLS = {"display": "grid", "gridTemplateColumns": "repeat(5, 1fr)"}
start = work.Answers()


def table_of(answers):
    rows = [html.Tr([html.Th(a), html.Td(b), html.Td(c)]) for a, b, c in work.table_rows(answers)]
    return [html.Caption(f"Ten likeliest {answers.code}"), html.Tbody(rows)]


app.layout = html.Div(
    [
        html.Div(
            [dcc.Checklist(options=[name], value=[], id=name.replace(" ", "-")) for name in work.TOGGLES],
            style=CONTROLS,
        ),
        html.Div(
            [
                html.Label([name, dcc.Dropdown(list(work.OPTIONS), work.OPTIONS[0], id=name.replace(" ", "-"))])
                for name in work.CHOICES
            ],
            style=CONTROLS,
        ),
        html.Div(
            [
                dcc.Graph(id=f"figure-{place}", figure=go.Figure(figure), config={"displayModeBar": False})
                for place, figure in enumerate(work.three_figures(start))
            ],
            style={"display": "grid", "gridTemplateColumns": "repeat(3, 1fr)"},
        ),
        html.Table(table_of(start), id="table", className="ten"),
    ]
)


@app.callback(
    [Output(f"figure-{place}", "figure") for place in range(3)],
    Output("table", "children"),
    [Input(name.replace(" ", "-"), "value") for name in (*work.TOGGLES, *work.CHOICES)],
    prevent_initial_call=True,
)
def refresh(*values):
    answers = work.Answers(
        dict(zip(work.TOGGLES, map(bool, values[:10]), strict=True)),
        dict(zip(work.CHOICES, values[10:], strict=True)),
    )
    return [*(go.Figure(figure) for figure in work.three_figures(answers)), table_of(answers)]


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False, threaded=True)
