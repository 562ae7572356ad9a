"""Small definitions that tests of every room may use."""

from dataclasses import replace
from functools import cache
from typing import Any

from survey.instrument.load import parse_definition
from survey.instrument.model import Definition

EXAMPLE = """\
format: survey-definition/1
id: behavioral-health
title: {en: Working in behavioral health, es: Trabajar en salud conductual}
intro: {en: It takes six minutes., es: Toma seis minutos.}
languages: [en, es]
k: 5
breakdowns:
  role:
    from: role
    groups: {therapist: [therapist], manager: [case-manager], others: [peer, nurse, support]}
  load: {from: caseload, bands: {under-30: [0, 30], 30-59: [30, 60], 60-up: [60, null]}}
sections:
  - id: job
    title: {en: Your job, es: Su trabajo}
    questions:
      - id: role
        kind: choice
        text: {en: Which job is closest to yours?, es: ¿Qué puesto se parece más al suyo?}
        options:
          therapist: {en: Therapist, es: Terapeuta}
          case-manager: {en: Case manager, es: Gestor de casos}
          peer: {en: Peer specialist, es: Especialista par}
          nurse: {en: Nurse, es: Enfermera}
          support: {en: Support staff, es: Personal de apoyo}
      - id: caseload
        kind: number
        unit: people
        edges: [10, 20, 25, 30, 35, 40, 50, 60, 80]
        by: [role]
        not_applicable: true
        text: {en: How many people are on your caseload?, es: ¿Cuántas personas atiende usted?}
      - id: race
        kind: choices
        personal: true
        text: {en: How do you describe yourself?, es: ¿Cómo se describe usted?}
        options:
          asian: {en: Asian, es: Asiática}
          black: {en: Black, es: Negra}
          latino: {en: Latino, es: Latina}
          white: {en: White, es: Blanca}
  - id: money
    title: {en: Your pay, es: Su salario}
    questions:
      - id: pay
        kind: number
        unit: USD/hour
        also: {USD/year: 2080}
        edges: [16, 18, 20, 22, 24, 26, 28, 30, 35, 40, 50, 60]
        by: [role, load]
        text: {en: What are you paid?, es: ¿Cuánto le pagan?}
        help: {en: Before taxes., es: Antes de impuestos.}
      - id: workload
        kind: scale
        by: [role, load]
        text: {en: My workload is fair., es: Mi carga de trabajo es justa.}
        options:
          disagree: {en: Disagree, es: En desacuerdo}
          neither: {en: Neither, es: Ni una cosa ni la otra}
          agree: {en: Agree, es: De acuerdo}
      - id: benefits
        kind: choices
        max: 3
        by: [role]
        text: {en: Which benefits should improve?, es: ¿Qué beneficios deben mejorar?}
        options:
          health: {en: Health insurance, es: Seguro médico}
          leave: {en: Paid leave, es: Permiso pagado}
          pension: {en: Pension, es: Pensión}
          childcare: {en: Child care, es: Cuidado infantil}
          training: {en: Training, es: Formación}
  - id: future
    title: {en: Staying or leaving, es: Quedarse o irse}
    questions:
      - id: leave
        kind: choice
        sensitive: true
        by: [role]
        text: {en: How likely are you to leave within a year?, es: ¿Piensa irse en un año?}
        options:
          unlikely: {en: Unlikely, es: Poco probable}
          likely: {en: Likely, es: Probable}
          very-likely: {en: Very likely, es: Muy probable}
      - id: leave-why
        kind: choices
        max: 3
        by: [role]
        show_if: {leave: [likely, very-likely]}
        text: {en: What makes you think of leaving?, es: ¿Por qué piensa en irse?}
        options:
          pay: {en: Pay, es: El salario}
          workload: {en: Workload, es: La carga de trabajo}
          safety: {en: Safety, es: La seguridad}
          management: {en: Management, es: La dirección}
"""
"""The contract's example with all four kinds, a pair, bands, a filter and everything sensitive."""


@cache
def _example() -> Definition:
    return parse_definition(EXAMPLE, "example.yaml")


def definition(**changes: Any) -> Definition:
    """The example (always the same object), or one with fields replaced: definition(k=8)."""
    return replace(_example(), **changes) if changes else _example()


def edited(*edits: tuple[str, str]) -> str:
    """EXAMPLE with pieces of its text replaced; a piece that it does not hold is a mistake."""
    text = EXAMPLE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text
