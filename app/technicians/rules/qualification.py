"""May this technician do this job on this date, and if not, why: the one answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.catalogue.models import JobType
from app.technicians.models import CertificateState


class Lack(StrEnum):
    """What may stand between a technician and a job."""

    LEFT = "left"
    NOT_YET_JOINED = "not-yet-joined"
    IDENTITY_CHECK_EXPIRED = "identity-check-expired"
    INSURANCE_EXPIRED = "insurance-expired"
    NO_CERTIFICATE = "no-certificate"
    NOT_APPROVED = "not-approved"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET = "certificate-not-yet"
    LEVEL_TOO_LOW = "level-too-low"
    LICENCE_MISSING = "licence-missing"
    LICENCE_EXPIRED = "licence-expired"
    LICENCE_NOT_YET = "licence-not-yet"


TEXTS = {
    Lack.LEFT: "left on {left_on}",
    Lack.NOT_YET_JOINED: "joins on {joined_on}",
    Lack.IDENTITY_CHECK_EXPIRED: "identity check expired on {valid_until}",
    Lack.INSURANCE_EXPIRED: "insurance expired on {valid_until}",
    Lack.NO_CERTIFICATE: "no certificate of this brand for this category and kind of work",
    Lack.NOT_APPROVED: "certificate is {state}",
    Lack.CERTIFICATE_EXPIRED: "certificate expired on {valid_until}",
    Lack.CERTIFICATE_NOT_YET: "certificate begins on {valid_from}",
    Lack.LEVEL_TOO_LOW: "certificate is of level {held}, the job needs {needed}",
    Lack.LICENCE_MISSING: "no {kind} licence",
    Lack.LICENCE_EXPIRED: "{kind} licence expired on {valid_until}",
    Lack.LICENCE_NOT_YET: "{kind} licence begins on {valid_from}",
}


@dataclass(frozen=True)
class Shortfall:
    """One reason why not; ``detail`` holds plain values, days as ISO dates."""

    code: Lack
    detail: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return TEXTS[self.code].format(**self.detail)


@dataclass(frozen=True)
class Needs:
    """What one seat of a job asks of whoever fills it."""

    brand_id: UUID
    category_path: str
    job_type: JobType
    level: int = 1
    licences: tuple[str, ...] = ()
    needs_certificate: bool = True


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate as far as qualification looks at it."""

    id: UUID
    brand_id: UUID
    category_path: str
    job_type: JobType
    level: int
    valid_from: date
    valid_until: date | None
    state: CertificateState = CertificateState.APPROVED


@dataclass(frozen=True)
class HeldLicence:
    """A licence as far as qualification looks at it."""

    kind: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class Standing:
    """All that decides what a technician may do; a standing team's is its people's together."""

    joined_on: date | None = None
    left_on: date | None = None
    identity_until: date | None = None
    insured_until: date | None = None
    certificates: tuple[HeldCertificate, ...] = ()
    licences: tuple[HeldLicence, ...] = ()


def qualification(standing: Standing, needs: Needs, on: date) -> list[Shortfall]:
    """Say why a technician may not fill a seat on a local day; nothing: they may.

    A certificate covers its category and all below it, for exactly its brand and job type, at
    its level and lower, on its first and last day and between. Where certificates come near, the
    nearest one's faults are told, of those the one that ends last.
    """
    return [
        *_of_employment(standing, on),
        *(_of_certificates(standing, needs, on) if needs.needs_certificate else ()),
        *(lack for kind in needs.licences for lack in _of_licence(standing, kind, on)),
    ]


def _of_employment(standing: Standing, on: date) -> list[Shortfall]:
    lacks = []
    if standing.left_on is not None and standing.left_on < on:
        lacks.append(Shortfall(Lack.LEFT, {"left_on": standing.left_on.isoformat()}))
    if standing.joined_on is not None and on < standing.joined_on:
        lacks.append(Shortfall(Lack.NOT_YET_JOINED, {"joined_on": standing.joined_on.isoformat()}))
    checks = (
        (Lack.IDENTITY_CHECK_EXPIRED, standing.identity_until),
        (Lack.INSURANCE_EXPIRED, standing.insured_until),
    )
    for code, until in checks:
        if until is not None and until < on:
            lacks.append(Shortfall(code, {"valid_until": until.isoformat()}))
    return lacks


def _covering(standing: Standing, needs: Needs) -> Iterable[HeldCertificate]:
    return (
        held
        for held in standing.certificates
        if held.brand_id == needs.brand_id
        and held.job_type == needs.job_type
        and needs.category_path.startswith(held.category_path)
    )


def _of_certificates(standing: Standing, needs: Needs, on: date) -> list[Shortfall]:
    latest_first = sorted(
        _covering(standing, needs), key=lambda held: held.valid_until or date.max, reverse=True
    )
    faults = [_faults(held, needs, on) for held in latest_first]
    return min(faults, key=len, default=[Shortfall(Lack.NO_CERTIFICATE)])


def _faults(held: HeldCertificate, needs: Needs, on: date) -> list[Shortfall]:
    lacks = []
    if held.state is not CertificateState.APPROVED:
        lacks.append(Shortfall(Lack.NOT_APPROVED, {"state": held.state.value}))
    if held.level < needs.level:
        detail = {"held": held.level, "needed": needs.level}
        lacks.append(Shortfall(Lack.LEVEL_TOO_LOW, detail))
    expired, not_yet = Lack.CERTIFICATE_EXPIRED, Lack.CERTIFICATE_NOT_YET
    return lacks + _of_dates(held, on, expired=expired, not_yet=not_yet)


def _of_licence(standing: Standing, kind: str, on: date) -> list[Shortfall]:
    faults = [
        _of_dates(held, on, expired=Lack.LICENCE_EXPIRED, not_yet=Lack.LICENCE_NOT_YET)
        for held in standing.licences
        if held.kind == kind
    ]
    nearest = min(faults, key=len, default=[Shortfall(Lack.LICENCE_MISSING)])
    return [Shortfall(lack.code, lack.detail | {"kind": kind}) for lack in nearest]


def _of_dates(
    held: HeldCertificate | HeldLicence, on: date, *, expired: Lack, not_yet: Lack
) -> list[Shortfall]:
    if on < held.valid_from:
        return [Shortfall(not_yet, {"valid_from": held.valid_from.isoformat()})]
    if held.valid_until is not None and held.valid_until < on:
        return [Shortfall(expired, {"valid_until": held.valid_until.isoformat()})]
    return []
