"""The words of the permission matrix: who asks, what is asked for, what the answer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Role(StrEnum):
    """Who asks. What the matrix is about belongs to the student of `OWNER`, who is in the day division."""

    SIGNED_OUT = "未登入"
    OWNER = "學生本人"
    CLASSMATE = "同班同學"
    EVENING_STUDENT = "進修部學生"
    GUARDIAN = "家長"
    OTHER_GUARDIAN = "他生家長"
    TEACHER = "任課教師"
    OTHER_TEACHER = "他班任課教師"
    HOMEROOM = "導師"
    OTHER_HOMEROOM = "他班導師"
    COUNSELLOR = "課程諮詢教師"
    REGISTRY_HEAD = "註冊組長"
    REGISTRY_CLERK = "註冊組幹事"
    INSTRUCTION_HEAD = "教學組長"
    DISCIPLINE_HEAD = "訓育組長"
    ACTIVITIES_HEAD = "社團活動組長"
    EVENING_ACADEMIC = "進修部教務組長"
    EVENING_AFFAIRS = "進修部學務組長"
    EVENING_DIRECTOR = "進修部主任"
    EXECUTIVE_SECRETARY = "執行秘書"
    SECRETARY = "秘書"
    PRINCIPAL = "校長"
    DEPARTED = "離職教師"
    DISABLED = "停用帳號"
    ADMIN = "系統管理者"


class Answer(Enum):
    """What comes back, with the HTTP status it comes with."""

    PAGE = 200
    """What was asked for."""
    DONE = 302
    """What was asked for is done, and the way leads on."""
    ELSEWHERE = 302.1
    """Led on to another page, without more."""
    AGAIN = 200.1
    """The form once more: what was sent is not accepted, and nothing is changed."""
    SIGN_IN = 302.2
    REFUSED = 403
    MISSING = 404
    NO_SUCH_METHOD = 405

    @property
    def status(self) -> int:
        return int(self.value)

    @property
    def changes_nothing(self) -> bool:
        return self not in (Answer.PAGE, Answer.DONE, Answer.ELSEWHERE)


Roles = frozenset[Role]
NOBODY: Roles = frozenset()
EVERYBODY: Roles = frozenset(Role)
AWAY: Roles = frozenset({Role.SIGNED_OUT, Role.DISABLED})
SIGNED_IN: Roles = EVERYBODY - AWAY
STUDENTS: Roles = frozenset({Role.OWNER, Role.CLASSMATE, Role.EVENING_STUDENT})
OTHER_STUDENTS: Roles = STUDENTS - {Role.OWNER}
PARENTS: Roles = frozenset({Role.GUARDIAN, Role.OTHER_GUARDIAN})
# Everybody who works here now; who has left keeps an account to certify, and nothing else.
STAFF: Roles = SIGNED_IN - STUDENTS - PARENTS - {Role.DEPARTED}


def roles(*named: Role | Roles) -> Roles:
    """Single roles and groups as one group."""
    return frozenset(role for one in named for role in ({one} if isinstance(one, Role) else one))


@dataclass(frozen=True)
class Access:
    """Who gets what by one method: the first of these that names the role, else `otherwise`.

    Who is not signed in gets `away` unless among `may`: mostly the way to the sign-in page.
    """

    may: Roles
    gives: Answer
    otherwise: Answer
    but: Mapping[Answer, Roles] = field(default_factory=dict)
    away: Answer = Answer.SIGN_IN

    def answer(self, role: Role) -> Answer:
        if role in self.may:
            return self.gives
        if role in AWAY:
            return self.away
        return next((answer for answer, named in self.but.items() if role in named), self.otherwise)


def only(
    *may: Role | Roles,
    gives: Answer = Answer.PAGE,
    otherwise: Answer = Answer.MISSING,
    again: Roles = NOBODY,
    missing: Roles = NOBODY,
    refused: Roles = NOBODY,
) -> Access:
    """`gives` for those named first; the groups named by keyword get that answer, all others `otherwise`."""
    but = {Answer.AGAIN: again, Answer.MISSING: missing, Answer.REFUSED: refused}
    return Access(roles(*may), gives, otherwise, but)


def done_by(
    *may: Role | Roles,
    otherwise: Answer = Answer.MISSING,
    again: Roles = NOBODY,
    missing: Roles = NOBODY,
    refused: Roles = NOBODY,
) -> Access:
    return only(*may, gives=Answer.DONE, otherwise=otherwise, again=again, missing=missing, refused=refused)


@dataclass(frozen=True)
class Row:
    """One address of the site, or one kind of thing behind it, and who gets what there.

    `route` is the address as the URL patterns write it; `of` names for each of its parts what of the scene
    fills it; `body` names what is posted (tests/permissions/bodies.py). A method without access is none that
    the address knows.
    """

    route: str
    what: str
    of: Mapping[str, str] = field(default_factory=dict)
    get: Access | None = None
    post: Access | None = None
    body: str = ""

    def access(self, method: str) -> Access | None:
        return self.get if method == "get" else self.post
