"""Technicians' certificates."""

from functools import partial
from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries as catalogue
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.technicians import queries, service
from app.technicians.models import Certificate
from app.technicians.routes.mounting import KEEPERS, READERS, asked, blueprint
from app.technicians.schemas import (
    CertificateChangesSchema,
    CertificateSchema,
    ExpiringArguments,
    ExpiringSchema,
    NewCertificateSchema,
    listed,
)


@blueprint.route("/expiring-certificates")
class ExpiringCertificates(MethodView):
    """Certificates that are about to end."""

    @blueprint.arguments(ExpiringArguments, location="query")
    @blueprint.response(200, listed(ExpiringSchema))
    @allow(*READERS)
    def get(self, asked_for: dict[str, Any]) -> dict[str, Any]:
        """List approved certificates that end within some days, soonest first."""
        found = queries.expiring(current_actor(), **asked_for)
        rows = queries.certificates_described([certificate for certificate, _ in found])
        whose = [{"technician": technician.code} for _, technician in found]
        return {"items": [row | who for row, who in zip(rows, whose, strict=True)]}


@blueprint.route("/<uuid:technician_id>/certificates")
class Certificates(MethodView):
    """A technician's certificates."""

    @blueprint.response(200, listed(CertificateSchema))
    @allow(*READERS)
    def get(self, technician_id: UUID) -> dict[str, Any]:
        """List certificates, the longest valid first."""
        return {
            "items": queries.certificates_described(
                queries.certificates_of(asked(technician_id).id)
            )
        }

    @blueprint.etag
    @blueprint.arguments(NewCertificateSchema)
    @blueprint.response(201, CertificateSchema)
    @allow(*KEEPERS)
    def post(self, sent: dict[str, Any], technician_id: UUID) -> dict[str, Any]:
        """Hand in a certificate."""
        values = dict(sent)
        values["brand_id"] = referred("brand", values.pop("brand"), catalogue.brand_by_code).id
        values["category_id"] = referred(
            "category", values.pop("category"), catalogue.category_by_code
        ).id
        certificate = service.add_certificate(technician_id, values, actor=current_actor())
        blueprint.set_version(certificate)
        return queries.certificates_described([certificate])[0]


@blueprint.route("/<uuid:technician_id>/certificates/<uuid:certificate_id>")
class OneCertificate(MethodView):
    """One certificate."""

    @blueprint.etag
    @blueprint.response(200, CertificateSchema)
    @allow(*READERS)
    def get(self, technician_id: UUID, certificate_id: UUID) -> dict[str, Any]:
        """Read a certificate."""
        find = partial(queries.owned, Certificate, certificate_id)
        certificate = find(technician=asked(technician_id))
        blueprint.set_version(certificate)
        return queries.certificates_described([certificate])[0]

    @blueprint.etag
    @blueprint.arguments(CertificateChangesSchema)
    @blueprint.response(200, CertificateSchema)
    @allow(*KEEPERS)
    def patch(
        self, changes: dict[str, Any], technician_id: UUID, certificate_id: UUID
    ) -> dict[str, Any]:
        """Approve or revoke a certificate, or change its last day or evidence."""
        technician = asked(technician_id, locked=True)
        held = queries.owned(Certificate, certificate_id, technician=technician, locked=True)
        blueprint.check_version(held)
        reason = changes.pop("reason", None)
        change = partial(service.change_certificate, technician_id, certificate_id, changes)
        certificate = change(reason=reason, actor=current_actor())
        blueprint.set_version(certificate)
        return queries.certificates_described([certificate])[0]
