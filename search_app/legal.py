"""Who runs this service, what becomes of data, and what is known of barriers: pages that must be there for everybody."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from search_app.language import COOKIE
from search_app.operator import Operator

blueprint = Blueprint("legal", __name__)


def _operator() -> Operator:
    operator = current_app.extensions["operator"]
    assert isinstance(operator, Operator)
    return operator


@blueprint.get("/impressum")
def imprint() -> str:
    """Say who runs the service, as German law wants it (§ 5 DDG, § 18 MStV)."""
    return render_template("imprint.html", operator=_operator())


@blueprint.get("/datenschutz")
def privacy() -> str:
    """Say what the application does with data, and what the operator adds to it."""
    return render_template("privacy.html", operator=_operator(), cookie=COOKIE)


@blueprint.get("/barrierefreiheit")
def accessibility() -> str:
    """Say what was tested, which barriers are known, and whom to tell of others."""
    return render_template("accessibility.html", operator=_operator())
