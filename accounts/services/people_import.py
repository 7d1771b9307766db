"""The list of people: students with their class and seat, and teachers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.domain import national_id
from accounts.domain.division import Division
from accounts.domain.list_columns import Key, ListRow, Problem
from accounts.domain.list_diff import ListDiff
from accounts.list_permissions import ListImportAct
from accounts.models import ClassPlacement, SchoolClass, Student, User
from accounts.models.students import EnrolmentStatus
from accounts.services.enrolment_history import StatusChange, histories, record_status_changes
from accounts.services.list_import import ROWS_AT_ONCE, UPDATED_AT_ONCE, ListKind
from accounts.services.people_columns import COLUMNS, OF_STUDENTS, PLACE, STUDENTS_ONLY, Role
from accounts.student_permissions import divisions_kept_by

_PARKED = 10_000  # added to the seats of those who move, so that two may exchange theirs


class People(ListKind):
    act = ListImportAct.PEOPLE
    passes = 2
    columns = COLUMNS
    key = ("username",)
    unique = (("student_number",), ("national_id",), PLACE)

    def prepare(self, rows: Sequence[ListRow]) -> None:
        """By default a student's account is the student number. Identity numbers go on as keyed hashes."""
        self._numbers: dict[str, str] = {}
        self._years = sorted({year for row in rows if (year := row.values.get("school_year"))})
        self._read()
        for row in rows:
            self._prepare(row.values)

    def _prepare(self, values: dict[str, Any]) -> None:
        for name in STUDENTS_ONLY:
            if not values.get(name):
                values.pop(name, None)
        if not values.get("username"):
            number = values.get("student_number", "") if values["role"] == Role.STUDENT else ""
            values["username"] = self._owner_of_number.get(number, number)
        if number := values.get("national_id"):
            values["national_id"] = personal_data.look_up_hash(number)
            self._numbers[values["national_id"]] = number

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        problems = [problem for row in rows for problem in self._problems(row)]
        if len(self._years) > 1:
            problems.append(Problem(1, "學年度", _("一個檔案只能有一個學年度，請分成幾個檔案。")))
        problems += self._seat_problems(rows)
        return problems, self._warnings(rows)

    def _read(self) -> None:
        year: int = self._years[-1] if self._years else 0
        self._users = {user.username: user for user in User.objects.select_related("student")}
        self._known = {name: user.student for name, user in self._users.items() if hasattr(user, "student")}
        self._histories = histories()
        latest = ClassPlacement.objects.order_by("school_year").values_list(
            "student__user__username", "school_class__division"
        )
        self._divisions = dict(latest)
        self._kept = divisions_kept_by(self.source.by, self.source.at) if self.source.by else []
        students = Student.objects.values_list("national_id_hash", "student_number", "user__username")
        self._owner_of_identity = {identity: username for identity, __, username in students}
        self._owner_of_number = {number: username for __, number, username in students}
        self._classes = {
            (each.school_year, each.division, each.name): each
            for each in SchoolClass.objects.filter(school_year=year)
        }
        self._placements = {
            each.student.user.username: each
            for each in ClassPlacement.objects.filter(school_year=year).select_related(
                "student__user", "school_class"
            )
        }

    def _problems(self, row: ListRow) -> list[Problem]:
        user = self._users.get(row.values["username"])
        found = [("帳號", self._account_problem(row, user))]
        if row.values["role"] == Role.STUDENT:
            found += self._student_problems(row, user)
        else:
            filled = [column for column in self.columns if row.values.get(column.name)]
            wrong = [column.heading for column in filled if column.name in STUDENTS_ONLY]
            found += [(heading, _("教師不填這一欄，請清空，或把身分改為學生。")) for heading in wrong]
        return [Problem(row.number, heading, message) for heading, message in found if message]

    def _account_problem(self, row: ListRow, user: User | None) -> str:
        if not row.values["username"]:
            return _("教師須填帳號。") if row.values["role"] == Role.TEACHER else ""
        if user is None:
            return ""
        if _role(user) != row.values["role"]:
            return _("這個帳號已是%(role)s的，請改用別的帳號。") % {"role": Role(_role(user)).label}
        if (user.is_staff or user.is_superuser) and self._changes_account(row, user):
            return _("這是可進管理介面的帳號，不能以名單修改，請在管理介面修改或改成與現有資料相同。")
        return self._ward_problem(row, user)

    def _ward_problem(self, row: ListRow, user: User) -> str:
        """Why this person's data are not the importer's to change: a list may name anybody."""
        if self.source.by is None or not self._differs(row, user):
            return ""
        division = self._divisions.get(user.username)
        if division and division not in self._kept:
            message = _("這位學生目前在%(division)s，由該部別負責學生基本資料的人員修改。")
            return message % {"division": Division(division).label}
        email = row.values.get("email", user.email)
        if user.email and email != user.email and not hasattr(user, "student"):
            # Whoever reads the mail of an account can set its password.
            return _("教師已登錄的電子郵件不能以名單變更，請由系統管理者在管理介面修改。")
        return ""

    def _differs(self, row: ListRow, user: User) -> bool:
        known = self._values(user)
        return any(value != known.get(name) for name, value in row.values.items())

    def _changes_account(self, row: ListRow, user: User) -> bool:
        return any(
            row.values.get(name, getattr(user, name)) != getattr(user, name) for name in ("name", "email")
        )

    def _student_problems(self, row: ListRow, user: User | None) -> list[tuple[str, str]]:
        values = row.values
        blank = [] if user else [column for column in COLUMNS if column.name in OF_STUDENTS]
        found = [
            (column.heading, _("新的學生須填這一欄。")) for column in blank if not values.get(column.name)
        ]
        message = _("已登錄在帳號「%(username)s」，請確認是否重複建檔。")
        for heading, owners, name in (
            ("身分證號", self._owner_of_identity, "national_id"),
            ("學號", self._owner_of_number, "student_number"),
        ):
            owner = owners.get(values.get(name, ""), values["username"])
            if owner != values["username"]:
                found.append((heading, message % {"username": owner}))
        found.append(("班級", self._place_problem(row)))
        found.append(("學籍狀態", self._status_problem(row, user)))
        return found

    def _status_problem(self, row: ListRow, user: User | None) -> str:
        target, student = row.values.get("status"), getattr(user, "student", None)
        if not target or student is None:
            return ""
        return StatusChange(student, student.status, target).problem(self._histories.get(student.pk, ()))

    def _place_problem(self, row: ListRow) -> str:
        place = [row.values.get(name) for name in PLACE]
        if not any(place):
            return ""
        if not all(place):
            return _("學年度、部別、班級、座號要一起填，或一起留空。")
        if tuple(place[:3]) not in self._classes:
            names = {"year": place[0], "division": self.shown("division", place[1]), "name": place[2]}
            message = _("查無班級「%(year)d %(division)s %(name)s」，請先匯入班級，或檢查班名。")
            return message % names
        return ""

    def _seat_problems(self, rows: Sequence[ListRow]) -> list[Problem]:
        """Seats that somebody has who is not in the list, and so does not move."""
        named = {row.values["username"] for row in rows}
        taken = {
            (*_place_of(placement),): username
            for username, placement in self._placements.items()
            if username not in named
        }
        message = _("這個座號目前是「%(username)s」的，而名單沒有這個人，請更正座號或把他列入名單。")
        return [
            Problem(row.number, "座號", message % {"username": taken[place]})
            for row in rows
            if (place := tuple(row.values.get(name) for name in PLACE)) in taken
        ]

    def _warnings(self, rows: Sequence[ListRow]) -> list[Problem]:
        message = _("檢查碼不符，請對照證件；若證件確實如此，可以選擇接受。")
        return [
            Problem(row.number, "身分證號", message)
            for row in rows
            if (number := self._numbers.get(row.values.get("national_id", "")))
            and not national_id.has_valid_check_digit(number)
            and row.values["national_id"] not in self._owner_of_identity
        ]

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        return {(username,): self._values(user) for username, user in self._users.items()}

    def _values(self, user: User) -> dict[str, Any]:
        values = {"role": _role(user), "username": user.username, "name": user.name, "email": user.email}
        student = getattr(user, "student", None)
        if student is None:
            return {**values, "student_number": "", "birth_date": None, **dict.fromkeys((*PLACE, "status"))}
        values |= {"student_number": student.student_number, "birth_date": student.birth_date}
        values |= {"national_id": student.national_id_hash, "status": student.status}
        placement = self._placements.get(user.username)
        return {**values, **dict(zip(PLACE, _place_of(placement) if placement else [None] * 4, strict=True))}

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        """The students who sit in a class of that year, of the divisions in the list, and have not left."""
        divisions = self.divisions(rows)
        return [
            (username,)
            for username, placement in self._placements.items()
            if placement.school_class.division in divisions
            and placement.student.status == EnrolmentStatus.ENROLLED
        ]

    def told(self, diff: ListDiff) -> dict[str, Any]:
        """Whose e-mail address became which, and whose identity number was replaced."""
        changed = {change.row.values["username"]: change.values for change in diff.changed}
        told = {
            "emails": {who: [*values["email"]] for who, values in changed.items() if "email" in values},
            "national_ids": [who for who, values in changed.items() if "national_id" in values],
        }
        return {name: values for name, values in told.items() if values}

    def shown(self, name: str, value: Any) -> str:
        if name != "national_id":
            return super().shown(name, value)
        return national_id.mask(self._numbers[value]) if value in self._numbers else _("（原登錄號碼）")

    def write(self, diff: ListDiff) -> None:
        changed = [change.row for change in diff.changed]
        self._write_accounts(diff.new, changed)
        students = [row for row in (*diff.new, *changed) if row.values["role"] == Role.STUDENT]
        self._write_students(students)
        self._write_placements([row for row in students if row.values.get("seat_number")])

    def _write_accounts(self, new: Sequence[ListRow], changed: Sequence[ListRow]) -> None:
        for rows in self.in_batches(new):
            added = User.objects.bulk_create([_account(row) for row in rows])
            self._users |= {user.username: user for user in added}
        for rows in self.in_batches(changed):
            users = [self._users[row.values["username"]] for row in rows]
            for user, row in zip(users, rows, strict=True):
                user.name, user.email = row.values["name"], row.values.get("email", user.email)
            User.objects.bulk_update(users, ["name", "email"], batch_size=UPDATED_AT_ONCE)

    def _write_students(self, rows: Sequence[ListRow]) -> None:
        self._students = {row.values["username"]: self._student(row) for row in rows}
        changes = [self._status_change(row) for row in rows]
        for change in changes:
            change.student.status = change.after
        new = [student for student in self._students.values() if student.pk is None]
        known = [student for student in self._students.values() if student.pk is not None]
        fields = ["student_number", "birth_date", "national_id_cipher", "national_id_hash", "status"]
        for batch in self.in_batches(known):
            Student.objects.bulk_update(batch, fields, batch_size=UPDATED_AT_ONCE)
        for batch in self.in_batches(new):
            Student.objects.bulk_create(batch)
        record_status_changes(
            changes,
            self._histories,
            note=_("名單匯入：%(file)s") % {"file": self.source.file_name},
            by=self.source.by,
            at=self.source.at,
        )

    def _status_change(self, row: ListRow) -> StatusChange:
        student = self._students[row.values["username"]]
        before = student.status if student.pk else None
        return StatusChange(student, before, row.values.get("status", student.status))

    def _student(self, row: ListRow) -> Student:
        username = row.values["username"]
        student = self._known.get(username) or Student(user=self._users[username])
        for name in ("student_number", "birth_date"):
            setattr(student, name, row.values.get(name, getattr(student, name)))
        identity = row.values.get("national_id")
        if identity and identity != student.national_id_hash:
            student.national_id = self._numbers[identity]
        return student

    def _write_placements(self, rows: Sequence[ListRow]) -> None:
        moved = [row for row in rows if self._moves(row)]
        parked = [self._placements[row.values["username"]].pk for row in moved if self._sits(row)]
        for start in range(0, len(parked), UPDATED_AT_ONCE):
            some = ClassPlacement.objects.filter(pk__in=parked[start : start + UPDATED_AT_ONCE])
            some.update(seat_number=F("seat_number") + _PARKED)
        ClassPlacement.objects.bulk_create(
            [self._placement(row) for row in moved],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["student", "school_year"],
            update_fields=["school_class", "seat_number"],
        )

    def _sits(self, row: ListRow) -> bool:
        return row.values["username"] in self._placements

    def _moves(self, row: ListRow) -> bool:
        placement = self._placements.get(row.values["username"])
        return placement is None or _place_of(placement) != [row.values[name] for name in PLACE]

    def _placement(self, row: ListRow) -> ClassPlacement:
        values = row.values
        return ClassPlacement(
            student=self._students[values["username"]],
            school_class=self._classes[values["school_year"], values["division"], values["class_name"]],
            school_year=values["school_year"],
            seat_number=values["seat_number"],
        )


def _account(row: ListRow) -> User:
    """A new account; nobody can sign in with it until it has a password."""
    values = row.values
    nobodys = make_password(None)
    return User(
        username=values["username"], name=values["name"], email=values.get("email", ""), password=nobodys
    )


def _role(user: User) -> str:
    return Role.STUDENT.value if hasattr(user, "student") else Role.TEACHER.value


def _place_of(placement: ClassPlacement) -> list[Any]:
    school_class = placement.school_class
    return [placement.school_year, school_class.division, school_class.name, placement.seat_number]
