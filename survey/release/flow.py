"""Maximum flow on small dense graphs, as far as it matters: up to the threshold and no further.

Shortest augmenting paths (Edmonds and Karp 1972). A capacity matrix holds what may flow from node
(row) to node (column); undirected edges stand there both ways. By the theorem of Ford and
Fulkerson the flow is the smallest cut that parts the two nodes.
"""

import numpy as np
from numpy.typing import NDArray

Capacity = NDArray[np.int64]


def max_flow(capacity: Capacity, source: int, sink: int, enough: int) -> int:
    """The largest flow, or the first found of at least `enough`."""
    left = capacity.copy()
    flow = 0
    while flow < enough and (path := _shortest(left, source, sink)):
        step = min(int(left[a, b]) for a, b in path)
        for a, b in path:
            left[a, b] -= step
            left[b, a] += step
        flow += step
    return flow


def _shortest(left: Capacity, source: int, sink: int) -> list[tuple[int, int]]:
    """The arcs of a shortest path, last one first; empty where there is none."""
    before = np.full(len(left), -1)
    before[source] = source
    front = np.array([source])
    while front.size and before[sink] < 0:
        open_to = (left[front] > 0) & (before < 0)
        new = np.flatnonzero(open_to.any(axis=0))
        before[new] = front[open_to[:, new].argmax(axis=0)]
        front = new
    path: list[tuple[int, int]] = []
    node = sink
    while before[sink] >= 0 and node != source:
        path.append((int(before[node]), node))
        node = int(before[node])
    return path
