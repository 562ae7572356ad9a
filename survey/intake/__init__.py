"""A worker answers: pages, ballots, codes; readers replay other exports. Never keeps an answer."""
