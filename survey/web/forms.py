"""The base of every staff form: a CSRF token bound to the session of the one who is signed in."""

from datetime import timedelta
from typing import Any, Self

from flask import request, session
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form
from wtforms.csrf.session import SessionCSRF
from wtforms.fields.core import Field, UnboundField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from survey.web.languages import _
from survey.web.secret import derive
from survey.web.services import services


class SessionToken(SessionCSRF):
    """WTForms' token in a session, with one sentence for whoever waited too long."""

    def validate_csrf_token(self, form: Form, field: Field) -> None:
        """Raise ValidationError where the token is missing, old or of another session."""
        try:
            super().validate_csrf_token(form, field)
        except (ValidationError, KeyError) as error:
            raise ValidationError(
                _("This page was open for too long. Send it once more.")
            ) from error


class StaffForm(Form):
    """Bind it with `MyForm.of_request()`; `submitted()` says whether it was sent and is right."""

    class Meta(DefaultMeta):
        """CSRF on; the messages of our validators are sentences of ours."""

        csrf = True
        csrf_class = SessionToken
        csrf_time_limit = timedelta(hours=12)

        @property
        def csrf_secret(self) -> bytes:
            """A key of its own, derived from the server's secret."""
            return derive(services().secret, "staff form tokens")

        @property
        def csrf_context(self) -> Any:
            """Flask's session."""
            return session

    @classmethod
    def of_request(cls, **data: Any) -> Self:
        """The form of this request, filled with what was sent (files included) or with `data`."""
        if request.method != "POST":
            return cls(data=data)
        files = cls._files()
        texts = request.form.items(multi=True)
        sent = MultiDict[str, object]((name, text) for name, text in texts if name not in files)
        sent.update((name, file) for name, file in request.files.items() if name in files)
        return cls(sent, data=data)

    @classmethod
    def _files(cls) -> frozenset[str]:
        """Fields that take a file, and nothing else; no other field takes one."""
        fields = {name: getattr(cls, name) for name in dir(cls)}
        return frozenset(
            name
            for name, field in fields.items()
            if isinstance(field, UnboundField) and issubclass(field.field_class, FileField)
        )

    def is_sent(self) -> bool:
        """True where the form was sent, right or wrong."""
        return request.method == "POST"

    def submitted(self) -> bool:
        """True where the form was sent and everything in it is right."""
        return self.is_sent() and bool(self.validate())
