"""languages: what is not translated, and PO files for volunteers, out and back in."""

import re
import sys
from pathlib import Path

import click
import polib
from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural

from survey.box.languages import confirm_language
from survey.cli.base import Refused, open_store, plainly, wanted_wave, wave_option
from survey.cli.catalogs import (
    Message,
    lost_placeholders,
    message_of,
    pairs,
    plural_forms,
    translated,
    twice,
    worker_facing,
)
from survey.cli.setup import definition_text
from survey.config import Config
from survey.instrument.errors import DefinitionError
from survey.instrument.translating import Draft, from_po, read_draft, to_po
from survey.staff.activity import record
from survey.web.languages import FOLDER, SOURCE, SUPPORTED, catalog_path

SHOWN = 5
"""So many missing texts are named; the count tells the rest."""
MODEL = "es"
"""The catalog whose order and headings the others keep."""

out_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The file to write."
)
language_option = click.option("--lang", "language", required=True, help="Such as vi or zh-Hans.")


@click.group()
def languages() -> None:
    """Translations: what is missing, and PO files for volunteers."""


@languages.command()
@click.argument("definitions", nargs=-1)
@plainly
def gaps(definitions: tuple[str, ...]) -> None:
    """Say what is not translated: of workers' pages, and of these questionnaires. Exit 1 if any."""
    found = [line for code in _known() for line in _gaps_of_pages(code)]
    for name in definitions:
        draft = read_draft(definition_text(name), name)
        wanted = dict.fromkeys((*draft.languages, *SUPPORTED))
        found += [line for code in wanted for line in _gaps_of_draft(draft, code)]
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo("Nothing is missing.")


@languages.command()
@click.argument("language")
@wave_option
@click.option("--take-back", is_flag=True, help="Offer the language no longer.")
@click.pass_obj
@plainly
def confirm(config: Config, language: str, slug: str | None, take_back: bool) -> None:
    """Confirm that a person who speaks a language has read every page of a wave in it."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    confirm_language(engine, wave, language, not take_back)
    did = "took back" if take_back else "confirmed"
    record(engine, None, f"{did} that a speaker has read the language {language}", wave.slug)
    click.echo(f"Wave '{wave.slug}': {did} {language}.")


@languages.command()
@click.argument("definition")
@language_option
@out_option
@plainly
def export(definition: str, language: str, out: Path) -> None:
    """Write the texts of a questionnaire as a PO file, with what is translated already."""
    _require_language(language)
    catalog = to_po(read_draft(definition_text(definition), definition), language)
    _save(catalog, out)


@languages.command("import")
@click.argument("definition")
@click.argument("po", type=click.Path(path_type=Path))
@out_option
@plainly
def import_(definition: str, po: Path, out: Path) -> None:
    """Put the translations of a PO file into a questionnaire, and write it to a new file."""
    text = from_po(definition_text(definition), definition, read_po(po), po.name)
    out.write_text(text, "utf-8")
    click.echo(f"Wrote {out}")


@languages.command("export-pages")
@language_option
@out_option
@plainly
def export_pages(language: str, out: Path) -> None:
    """Write the words of the pages around the questions as a PO file."""
    _require_language(language)
    _save(pages_po(language), out)


@languages.command("merge-pages")
@click.argument("po", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="By default the program's own file.")
@plainly
def merge_pages(po: Path, out: Path | None) -> None:
    """Put the translations of a PO file among the words of the pages; what it lacks stays."""
    given = read_po(po)
    language = given.metadata.get("Language", "").replace("_", "-")
    if not language:
        message = "the head of the file does not say which language it is in"
        raise DefinitionError(po.name, 1, message, "Write '\"Language: vi\\n\"' in its head")
    _require_language(language)
    _require_sound(given, po.name)
    catalog = pages_po(language)
    mine = {message_of(entry): entry for entry in catalog}
    for entry in given.translated_entries():
        if message_of(entry) in mine:
            mine[message_of(entry)].msgstr = entry.msgstr
            mine[message_of(entry)].msgstr_plural = entry.msgstr_plural
    _save(catalog, out or catalog_path(language))


def pages_po(language: str) -> polib.POFile:
    """Everything that workers read on pages, in the order of the model, with what is there."""
    model = polib.pofile(str(catalog_path(MODEL)))
    path = catalog_path(language)
    standing = polib.pofile(str(path)) if path.is_file() else polib.POFile()
    done = {message_of(entry): entry for entry in standing}
    catalog = polib.POFile(wrapwidth=0)
    catalog.header = standing.header or f"{language} of every page that a worker sees."
    catalog.metadata = {
        "Language": language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"{get_plural(language.replace('-', '_')).plural_forms};",
    }
    if standing.metadata.get("Plural-Forms"):
        catalog.metadata["Plural-Forms"] = standing.metadata["Plural-Forms"]
    headings = {message_of(entry): entry.tcomment for entry in model}
    for message in (*headings, *sorted(worker_facing() - headings.keys(), key=str)):
        catalog.append(_entry(message, headings.get(message, ""), done.get(message), catalog))
    return catalog


def read_po(path: Path) -> polib.POFile:
    """A PO file. Raises DefinitionError with the line where it is none."""
    text = path.read_bytes()
    try:
        return polib.pofile(text.decode("utf-8-sig") or "\n")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        fix = "Save it as UTF-8 and try again"
        raise DefinitionError(path.name, line, "the file is not UTF-8 text", fix) from error
    except (OSError, ValueError, IndexError) as error:
        found = re.search(r"line (\d+)", str(error))
        line_number = int(found[1]) if found else None
        fix = "Write it with a PO editor such as Poedit"
        raise DefinitionError(path.name, line_number, "this is not a PO file", fix) from error


def _known() -> list[str]:
    """Languages that pages can be in, and others that have begun to be translated."""
    begun = {path.stem.replace("_", "-") for path in FOLDER.glob("*.po")} - set(SUPPORTED)
    return [*(code for code in SUPPORTED if code != SOURCE), *sorted(begun)]


def _gaps_of_pages(code: str) -> list[str]:
    catalog = polib.pofile(str(catalog_path(code)))
    missing = sorted(worker_facing() - translated(catalog), key=str)
    if not missing:
        return []
    names = [f"  “{_first(message)}”" for message in missing[:SHOWN]]
    return [f"Pages, {code}: {len(missing)} texts are not translated.", *names]


def _gaps_of_draft(draft: Draft, code: str) -> list[str]:
    missing = draft.missing(code)
    if not missing:
        return []
    if code not in draft.languages:
        return [f"{draft.name}, {code}: not begun ({len(missing)} texts)."]
    names = [f"  line {place.line}: {place.path}" for place in missing[:SHOWN]]
    return [f"{draft.name}, {code}: {len(missing)} texts are not translated.", *names]


def _first(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def _entry(
    message: Message, heading: str, standing: polib.POEntry | None, catalog: polib.POFile
) -> polib.POEntry:
    entry = polib.POEntry(msgid=_first(message), tcomment=heading)
    if isinstance(message, str):
        entry.msgstr = standing.msgstr if standing else ""
    else:
        entry.msgid_plural = message[1]
        empty = dict.fromkeys(range(plural_forms(catalog)), "")
        entry.msgstr_plural = standing.msgstr_plural if standing else empty
    return entry


def _require_language(language: str) -> None:
    try:
        Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise Refused(
            f"'{language}' is not the code of a language: write one such as vi, zh-Hans or so."
        ) from error
    if language == SOURCE:
        raise Refused("English is what the others are translated from: name another language.")


def _require_sound(given: polib.POFile, name: str) -> None:
    """Refuse a file with lost placeholders, missing plural forms or a text that is there twice."""
    if doubles := twice(given):
        message = f"“{doubles[0]}” stands here twice"
        raise DefinitionError(name, None, message, "Keep one of the two")
    forms = plural_forms(given)
    for entry, english, text in pairs(given.translated_entries()):
        if lost := lost_placeholders(english, text):
            message = f"only one of the two texts has '{lost}'"
            raise DefinitionError(name, entry.linenum, message, "Keep it as it is in both")
        if entry.msgid_plural and sorted(entry.msgstr_plural) != list(range(forms)):
            message = f"this text needs {forms} plural forms"
            raise DefinitionError(name, entry.linenum, message, "Write msgstr[0], msgstr[1] …")


def _save(catalog: polib.POFile, out: Path) -> None:
    out.write_text(str(catalog), "utf-8")
    click.echo(f"Wrote {out}: {len(catalog)} texts, {catalog.percent_translated()}% translated.")
