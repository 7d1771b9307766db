"""The language that goes with an account (accounts.language says how a page gets its own)."""

from accounts.models import User


def choose_language(user: User, language: str) -> None:
    """From now on `user` reads in `language`, in whichever browser; a taste, which is not for the trail."""
    User.objects.filter(pk=user.pk).update(language=language)
