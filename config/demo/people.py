"""The demo's people: staff in every post, teachers, classes, students. All invented."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from math import ceil

from django.contrib.auth.hashers import make_password

from accounts import personal_data
from accounts.demo_people import invented_name, invented_national_id
from accounts.demo_sign_ins import PASSWORD
from accounts.domain.division import Division
from accounts.models import ClassPlacement, PostHolding, School, SchoolClass, Student, User
from accounts.services.annex import load_annex
from config.demo.calendar import DemoCalendar

DEFAULT_STUDENTS = 120
CLASS_SIZE = 40
GROUPS = {Division.DAY: ("資訊", "電機", "商經"), Division.EVENING: ("進資",)}
GRADES = (1, 2, 3)
GRADE_NAMES = {1: "一", 2: "二", 3: "三"}
CLASS_LETTERS = "甲乙丙丁戊己庚辛壬癸"
TEACHERS = 12
# Holders of posts who have a demo sign-in; the others sign in by their post's code.
SIGN_INS = {
    "registry-head": "registry1",
    "discipline-head": "affairs1",
    "evening-academic-head": "evening1",
    "secretary": "secretary1",
    "counsellor": "counsellor1",
}
IN_OFFICE_SINCE = date(2019, 8, 1)


@dataclass
class DemoPeople:
    """Who there is. `classes` are the current year's."""

    admin: User
    teachers: list[User] = field(default_factory=list)
    classes: list[SchoolClass] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)

    def by_username(self, username: str) -> User:
        return User.objects.get(username=username)


class _Accounts:
    """Makes accounts; one password hash serves all, for it takes a second's tenth each."""

    def __init__(self) -> None:
        self._password = make_password(PASSWORD)
        self._numbers = count()

    def make(self, username: str, *, is_admin: bool = False) -> User:
        number = next(self._numbers)
        return User(
            username=username,
            name="系統管理者" if is_admin else invented_name(number),
            email=f"{username}@example.edu.tw",
            password=self._password,
            is_staff=is_admin,
            is_superuser=is_admin,
        )


def make_admin() -> User:
    School.objects.update_or_create(
        pk=1,
        defaults={
            "name": "虛構高級商工職業學校",
            "code": "999999",
            "evening_code": "999E99",
            "contact": "日間部註冊組 分機 211，進修部教務組 分機 311",
        },
    )
    admin = _Accounts().make("admin", is_admin=True)
    admin.save()
    return admin


def make_people(admin: User, calendar: DemoCalendar, students: int) -> DemoPeople:
    accounts = _Accounts()
    people = DemoPeople(admin)
    _staff(accounts)
    people.teachers = _users(accounts, [f"teacher{n}" for n in range(1, TEACHERS + 1)])
    people.classes = _classes(accounts, calendar, students)
    people.students = _students(accounts, people.classes, students)
    _users(accounts, ["guardian1"])
    _earlier_years(people, calendar)
    return people


def _users(accounts: _Accounts, usernames: list[str]) -> list[User]:
    return User.objects.bulk_create([accounts.make(username) for username in usernames])


def _staff(accounts: _Accounts) -> None:
    posts = load_annex()
    people = _users(accounts, [SIGN_INS.get(code, code) for code in posts])
    PostHolding.objects.bulk_create(
        PostHolding(post=post, user=user, starts_on=IN_OFFICE_SINCE)
        for post, user in zip(posts.values(), people, strict=True)
    )


def _classes(accounts: _Accounts, calendar: DemoCalendar, students: int) -> list[SchoolClass]:
    """Twelve classes, or as many as `students` need; the first homeroom teacher has student1's class."""
    groups = [(division, name) for division, names in GROUPS.items() for name in names]
    parallel = max(ceil(students / (len(groups) * len(GRADES)) / CLASS_SIZE), 1)
    classes = [
        SchoolClass(
            school_year=calendar.school_year,
            division=division,
            grade=grade,
            name=f"{group}{GRADE_NAMES[grade]}{CLASS_LETTERS[letter % 10]}{letter // 10 or ''}",
            letter_batch=2 if group == "商經" else 1,
        )
        for grade in (2, 1, 3)
        for division, group in groups
        for letter in range(parallel)
    ]
    homerooms = _users(accounts, [f"homeroom{n}" for n in range(1, len(classes) + 1)])
    for school_class, teacher in zip(classes, homerooms, strict=True):
        school_class.homeroom_teacher = teacher
    return SchoolClass.objects.bulk_create(classes)


def _students(accounts: _Accounts, classes: list[SchoolClass], number: int) -> list[Student]:
    """student1 is in the first day class of grade 2, student2 in the first evening class of grade 2."""
    evening = next(i for i, c in enumerate(classes) if c.division == Division.EVENING and c.grade == 2)
    rest = (c for n in count() for i, c in enumerate(classes) if n or i not in (0, evening))
    seats = [classes[0], classes[evening], *(next(rest) for __ in range(number - 2))]
    users = _users(accounts, [f"student{n}" for n in range(1, number + 1)])
    students = [
        _student(user, n, school_class)
        for n, (user, school_class) in enumerate(zip(users, seats, strict=True), start=1)
    ]
    Student.objects.bulk_create(students)
    taken: Counter[int] = Counter()
    placements = []
    for student, school_class in zip(students, seats, strict=True):
        taken[school_class.pk] += 1
        placements.append(_placement(student, school_class, taken[school_class.pk]))
    ClassPlacement.objects.bulk_create(placements)
    return students


def _student(user: User, number: int, school_class: SchoolClass) -> Student:
    entered = school_class.school_year - school_class.grade + 1
    birth_year = entered + 1911 - 15
    national_id = invented_national_id(number)
    return Student(
        user=user,
        student_number=f"{entered}{number:05}",
        birth_date=date(birth_year, 1 + number % 12, 1 + number % 28),
        national_id_cipher=personal_data.encrypt(national_id),
        national_id_hash=personal_data.look_up_hash(national_id),
    )


def _placement(student: Student, school_class: SchoolClass, seat: int) -> ClassPlacement:
    return ClassPlacement(
        student=student, school_class=school_class, school_year=school_class.school_year, seat_number=seat
    )


def _earlier_years(people: DemoPeople, calendar: DemoCalendar) -> None:
    """Grades 2 and 3 sat in the same class one and two years ago."""
    for back in (1, 2):
        earlier = {
            c.pk: SchoolClass(
                school_year=calendar.school_year - back,
                division=c.division,
                grade=c.grade - back,
                name=c.name.replace(GRADE_NAMES[c.grade], GRADE_NAMES[c.grade - back]),
                letter_batch=c.letter_batch,
                homeroom_teacher=c.homeroom_teacher,
            )
            for c in people.classes
            if c.grade > back
        }
        SchoolClass.objects.bulk_create(earlier.values())
        placements = ClassPlacement.objects.filter(school_class__in=earlier).select_related("student")
        ClassPlacement.objects.bulk_create(
            _placement(p.student, earlier[p.school_class_id], p.seat_number) for p in placements
        )
