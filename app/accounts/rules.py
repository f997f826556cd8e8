"""Pure computation of accounts: secrets and passwords."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from app.core.errors import Invalid, problem_of

MIN_PASSWORD = 15
MAX_PASSWORD = 200
HARD_ENOUGH = 3  # of 4: more than 10^8 guesses, known passwords and patterns first
OF_ONES_OWN = 8  # characters beside login and product
LOOKED_AT = 72  # the guesser is slow on long texts, and nobody guesses this far
_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_urlsafe(16))


class PasswordNotAccepted(Invalid):
    """This password cannot be used."""

    code = "password-not-accepted"


def check_password(password: str, *, login: str, field: str = "password") -> None:
    """Insist on length and on not being easily guessed (NIST SP 800-63B-4, section 3.1.1.2).

    There are no rules of composition: known passwords, names of this place and patterns are what
    people guess first (Wheeler 2016, zxcvbn).

    Raises:
        PasswordNotAccepted: too short, too long, or among the first that would be tried.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        fault = problem_of(
            field,
            "needs 15 to 200 characters",
            remedy="a few unrelated words make a good password",
        )
    elif _guessable(password, login):
        fault = problem_of(
            field,
            "is among those that are tried first",
            remedy="a few unrelated words make a good password",
        )
    else:
        return
    raise PasswordNotAccepted(errors=[fault])


def _guessable(password: str, login: str) -> bool:
    known = [login.lower(), "shifu"]
    rest = password.lower()
    for word in known:
        rest = rest.replace(word, "")
    if len(rest) < OF_ONES_OWN:
        return True
    found = zxcvbn(password[:LOOKED_AT], user_inputs=known)
    return int(found["score"]) < HARD_ENOUGH


def hash_password(password: str) -> str:
    """Hash with Argon2id."""
    return _hasher.hash(password)


def password_fits(password: str, stored: str | None) -> bool:
    """Compare in the same time whether or not there is such a user."""
    try:
        return _hasher.verify(stored or _nobody, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
