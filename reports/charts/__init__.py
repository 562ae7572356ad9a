"""One neutral chart model, two pens: plotly for the screen, matplotlib for paper."""
