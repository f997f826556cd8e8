"""Every setting of the installation, read once from the environment.

A setting ``database_url`` is set by ``SHIFU_DATABASE_URL``. ``docs/settings.md`` is written from
this page by ``shifu settings --markdown`` and kept current by a test.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

PREFIX = "SHIFU_"


def setting(default: Any, about: str, *, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"about": about, "choices": choices})


@dataclass(frozen=True)
class Settings:
    """What an operator may choose; the defaults serve one machine for evaluation."""

    instance_dir: str = setting("instance", "Folder for the embedded database, keys and files.")
    database_url: str = setting("", "SQLAlchemy URL; empty: SQLite in the instance folder.")
    erasure_list_file: str = setting(
        "", "Names whom a restore must forget again; empty: in the instance folder."
    )
    keep_personal_days: int = setting(
        730, "Days from the last dealing after which a person is forgotten; 0: never."
    )
    public_url: str = setting("http://127.0.0.1:8000", "Where people reach this installation.")
    host: str = setting("127.0.0.1", "Address the web process listens on.")
    port: int = setting(8000, "Port the web process listens on.")
    threads: int = setting(16, "Threads of the embedded web server.")
    secret_key: str = setting("", "Signs cookies; empty: made once in the instance folder.")
    master_key_file: str = setting("", "Wraps personal data keys; empty: in the instance folder.")
    audit_checkpoint_file: str = setting(
        "", "Keeps the end of the audit chain; empty: in the instance folder, better elsewhere."
    )
    secure_cookies: bool = setting(
        False, "Cookies only over HTTPS; set it whenever HTTPS is used."
    )
    trusted_proxies: int = setting(0, "How many reverse proxies stand in front.")
    country: str = setting("CN", "ISO 3166 country: phone numbers and public holidays.")
    currency: str = setting("CNY", "ISO 4217 currency of prices and pay.")
    timezone: str = setting("Asia/Shanghai", "IANA zone where a territory has none of its own.")
    locale: str = setting("en", "Language where a person chose none.", choices=("en", "zh"))
    geocoder: str = setting(
        "none",
        "Which geocoder finds addresses.",
        choices=("none", "nominatim", "photon", "baidu", "amap"),
    )
    geocoder_url: str = setting("", "Base URL of your own Nominatim or Photon.")
    geocoder_key: str = setting("", "Key of the geocoder, where it needs one.")
    geocoder_per_second: float = setting(1.0, "Requests a second the geocoder allows.")
    approximate_radius_m: int = setting(3000, "A place known to this radius may be planned.")
    approximate_allowance_seconds: int = setting(600, "Extra travel to an approximate place.")
    longest_visit_minutes: int = setting(480, "Longer work is split over several days.")
    delivery: str = setting(
        "file", "How messages leave.", choices=("file", "smtp", "webhook", "none")
    )
    quiet_hours: str = setting(
        "21:00-08:00", "Local hours in which consumers get only what cannot wait; empty: none."
    )
    delivery_smtp: str = setting("", "host:port of the mail server.")
    delivery_from: str = setting("shifu@localhost", "Sender of e-mail.")
    delivery_webhook: str = setting("", "URL of the message gateway.")
    delivery_webhook_secret: str = setting("", "Signs what the gateway is sent: whsec_...")
    slot_hours: str = setting(
        "08:00-10:00,10:00-12:00,13:00-15:00,15:00-17:00,17:00-19:00",
        "Local hours of the windows that consumers are offered.",
    )
    slot_days: int = setting(7, "For how many days windows are offered.")
    hold_minutes: int = setting(10, "How long a chosen window is held for a consumer.")
    repair_seconds: int = setting(2, "Search budget of mending a day, in seconds.")
    plan_seconds: int = setting(15, "Default search budget of a plan, in seconds.")
    plan_memory_mb: int = setting(2048, "Memory bound of one search process.")
    worker_processes: int = setting(1, "Searches that may run at once.")
    rate_limit: str = setting("600 per minute", "Requests for each account or address.")
    rate_limit_sign_in: str = setting(
        "10 per minute", "Sign-in attempts for each address and account."
    )
    max_upload_mb: int = setting(16, "Largest upload.")
    map_tiles: str = setting("", "Tile URL template; empty: the drawn map, no third party.")
    map_attribution: str = setting("© OpenStreetMap contributors", "Shown on the map.")
    map_link: str = setting("geo", "How phones open a place.", choices=("geo", "amap", "google"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises:
            ValueError: a variable is unknown, of the wrong type or not among its choices; one
                line for each.
        """
        environment = os.environ if environment is None else environment
        given = {
            k.removeprefix(PREFIX).lower(): v
            for k, v in environment.items()
            if k.startswith(PREFIX)
        }
        known = {f.name: f for f in fields(cls)}
        faults = [
            f"{PREFIX}{name.upper()}: no such setting" for name in given if name not in known
        ]
        values: dict[str, Any] = {}
        for name in given.keys() & known.keys():
            try:
                values[name] = _parse(known[name], given[name])
            except ValueError as error:
                faults.append(f"{PREFIX}{name.upper()}={given[name]!r}: {error}")
        if faults:
            raise ValueError("\n".join(sorted(faults)))
        return cls(**values)

    @cached_property
    def instance(self) -> Path:
        return Path(self.instance_dir).resolve()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance / 'shifu.db'}"


def _parse(which: Any, text: str) -> Any:
    choices = which.metadata["choices"]
    if choices and text not in choices:
        raise ValueError(f"choose one of {', '.join(choices)}")
    if which.type is bool:
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise ValueError("write true or false")
        return text.lower() in {"1", "true", "yes"}
    return which.type(text)


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the process's settings; called once by the factory."""
    global _current  # noqa: PLW0603  one installation for each process
    _current = settings


def current() -> Settings:
    """Return the process's settings."""
    if _current is None:
        use(Settings.from_environment())
    assert _current is not None  # noqa: S101  set on the line above
    return _current
