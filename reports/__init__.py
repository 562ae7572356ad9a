"""Reads releases and nothing else: findings, charts, dashboards, bargaining, exports."""
