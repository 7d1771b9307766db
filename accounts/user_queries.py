"""Finding accounts."""

from accounts.models import User


def users_with_email(email: str) -> list[User]:
    """The accounts that have exactly this address, apart from upper and lower case."""
    candidates = User.objects.filter(email__iexact=email).order_by("pk")
    # The database may take more letters for the same than a mail server does.
    return [user for user in candidates if user.email.lower() == email.lower()]
