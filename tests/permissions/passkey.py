"""A passkey as a browser would have registered it; it opens nothing."""

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.models import User

CREDENTIAL_ID = b"invented-passkey"


def register_passkey(user: User) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "手機", "credential": _credential()}
    )


def _credential() -> dict[str, Any]:
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, CREDENTIAL_ID, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    seen = AuthenticatorData.create(b"\0" * 32, flags, 0, attested)
    client = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, challenge=b"\0" * 16, origin="https://testserver"
    )
    return {
        "id": websafe_encode(CREDENTIAL_ID),
        "rawId": websafe_encode(CREDENTIAL_ID),
        "type": "public-key",
        "response": {
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
            "clientDataJSON": websafe_encode(client),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
