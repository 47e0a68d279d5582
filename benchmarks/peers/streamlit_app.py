"""The dashboard in Streamlit."""

import plotly.graph_objects as go
import streamlit as st
import work

st.set_page_config(layout="wide")
columns = st.columns(5)
toggles = {name: columns[place % 5].checkbox(name) for place, name in enumerate(work.TOGGLES)}
choices = {name: columns[place % 5].selectbox(name, work.OPTIONS) for place, name in enumerate(work.CHOICES)}
answers = work.Answers(toggles, choices)
for place, (column, figure) in enumerate(zip(st.columns(3), work.three_figures(answers), strict=True)):
    column.plotly_chart(go.Figure(figure), key=f"figure{place}", theme=None, config={"displayModeBar": False})
st.html(work.table_html(answers))
