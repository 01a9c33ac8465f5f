"""A secret that a program shows with its request: `Authorization: Bearer ...` (RFC 6750, 2.1)."""

from __future__ import annotations

from hmac import compare_digest

from fastapi import HTTPException
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from monitor.entrypoints.web.guards.rates import Rates

_WANTED = "a secret is wanted here, as Authorization: Bearer SECRET"


class Bearer(HTTPBearer):
    """Lets through who shows the secret; to FastAPI it is what an address depends on.

    Args:
        name: of the way in, for the description of the API.
        setting: that holds the secret, for the description.
        secret: in printable ASCII.
        rates: count wrong secrets, which may be guesses.
    """

    def __init__(self, name: str, setting: str, secret: str, rates: Rates) -> None:
        super().__init__(scheme_name=name, description=f"The secret of {setting}.")
        self._secret = secret.encode()
        self._rates = rates

    async def __call__(self, request: HTTPConnection) -> None:
        """Let a request through, or refuse it.

        Raises:
            HTTPException: 401 where no secret is shown or a wrong one, which look the same; 429
                where that came too often from a network, whatever it shows now.
        """
        self._rates.admit_secret(request)
        kind, shown = get_authorization_scheme_param(request.headers.get("authorization"))
        right = compare_digest(shown.encode(), self._secret)  # also where the kind is another
        if not right or kind.lower() != "bearer":
            if shown:  # nothing shown is no guess, and another site can have a browser ask so
                self._rates.count_wrong_secret(request)
            raise HTTPException(401, _WANTED, {"WWW-Authenticate": "Bearer"})
