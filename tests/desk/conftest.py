"""The desk's fixtures stand in desk_waves.py."""

from desk_waves import make_wave, wave

__all__ = ["make_wave", "wave"]
