"""A worker in front of an open wave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from browsing import check_page
from bs4 import BeautifulSoup
from factories import EXAMPLE
from flask import Flask
from werkzeug.test import TestResponse

from survey.box.close import close_box
from survey.box.waves import NewWave, Wave, create_wave, find_wave
from survey.intake.codes import show_code
from survey.intake.issue import issue_new_codes

Data = dict[str, str | list[str]]


@dataclass(frozen=True)
class Worker:
    """A browser that has a wave's link, and the codes that were handed out."""

    app: Flask
    wave: Wave
    codes: tuple[str, ...] = ()
    path: str = field(default="/s/fall")

    def get(self, query: str = "", **headers: str) -> TestResponse:
        return self.app.test_client().get(self.path + query, headers=headers)

    def form_id(self) -> str:
        """A fresh one, as the page has it."""
        return form_id(check_page(self.get()))

    def send(self, data: Data, query: str = "", **kwargs: object) -> TestResponse:
        """Post a form; a fresh form id is added unless `data` brings one."""
        filled = {"form": self.form_id()} | data
        return self.app.test_client().post(self.path + query, data=filled, **kwargs)

    def count(self) -> int:
        """Close the wave and say how many were counted."""
        services = self.app.extensions["survey"]
        return close_box(services.engine, services.config, self.wave, "2026-11").responses


def form_id(soup: BeautifulSoup) -> str:
    """The form id in a page; it must belong to the form."""
    tag = soup.select_one("input[name=form]")
    assert tag is not None
    assert tag["form"] == "answers"
    return str(tag["value"])


@pytest.fixture
def wave_in(app: Flask) -> Callable[..., Worker]:
    """wave_in(access="open", …): a worker in front of a new wave."""

    def make(codes: int = 0, **changes: Any) -> Worker:
        services = app.extensions["survey"]
        values: dict[str, Any] = {"slug": "fall", "definition": EXAMPLE, "campaign": "c"}
        values |= {"campaign_name": "C", "confirmed": ("es",)}
        wave = create_wave(services.engine, services.config, NewWave(**(values | changes)))
        engine, secret = services.engine, services.secret
        texts = issue_new_codes(engine, secret, wave, codes) if codes else ()
        found = find_wave(services.engine, wave.slug)
        assert found is not None
        return Worker(app, found, tuple(map(show_code, texts)), f"/s/{wave.slug}")

    return make


@pytest.fixture
def worker(wave_in: Callable[..., Worker]) -> Worker:
    """With an open link."""
    return wave_in(access="open")


@pytest.fixture
def coded(wave_in: Callable[..., Worker]) -> Worker:
    """With three codes."""
    return wave_in(codes=3)
