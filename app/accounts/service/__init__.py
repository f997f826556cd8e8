"""Changing accounts: users, partners, sessions, tokens and keys."""

from app.accounts.service.keys import (
    LIVE_OF_A_NAME,
    SCOPES,
    TooManyKeys,
    issue_key,
    note_use,
    revoke_key,
)
from app.accounts.service.people import (
    LastAdministrator,
    LoginTaken,
    NewUser,
    RolesNotAccepted,
    change_user,
    create_user,
    disable_user,
    enable_user,
    save_partner,
    set_password,
)
from app.accounts.service.sessions import (
    SESSION_LIFE,
    SignInRefused,
    change_own_password,
    choose_locale,
    end_all_sessions,
    sign_in,
    sign_out,
)

__all__ = [
    "LIVE_OF_A_NAME",
    "SCOPES",
    "SESSION_LIFE",
    "LastAdministrator",
    "LoginTaken",
    "NewUser",
    "RolesNotAccepted",
    "SignInRefused",
    "TooManyKeys",
    "change_own_password",
    "change_user",
    "choose_locale",
    "create_user",
    "disable_user",
    "enable_user",
    "end_all_sessions",
    "issue_key",
    "note_use",
    "revoke_key",
    "save_partner",
    "set_password",
    "sign_in",
    "sign_out",
]
