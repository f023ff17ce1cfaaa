"""Work that waits its turn: kinds of jobs, their life, and how often a lost one is tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tracker.domain.account import COST_ROLES, EVERY_ROLE, Actor, Role
from tracker.domain.errors import RuleViolation
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum
from tracker.domain.scrap_report import READERS

MOST_DEATHS = 3
"""A job whose worker died so often is not offered again by itself: it may be what kills it."""
MOST_UNFINISHED = 10
"""Jobs of one person that wait or run: more would keep everybody else's waiting."""

Progress = Callable[[int, int], None]
"""What a maker calls with the steps done and the steps in all; it raises ``Stopped``."""


class Kind(NamedEnum):
    """What can be asked for."""

    MONTH_REPORT = "month_report", "月度报损汇总", "Month's losses"
    SCRAP_REPORT = "scrap_report", "报损分析", "Scrap report"


class Form(NamedEnum):
    """In which form a report is made."""

    PDF = "pdf", "PDF", "PDF"
    XLSX = "xlsx", "Excel", "Excel"
    CSV = "csv", "CSV", "CSV"


class Status(NamedEnum):
    QUEUED = "queued", "排队中", "Waiting"
    RUNNING = "running", "正在生成", "Running"
    DONE = "done", "已完成", "Done"
    FAILED = "failed", "失败", "Failed"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class Action(NamedEnum):
    START = "start", "开始", "Start"
    FINISH = "finish", "完成", "Finish"
    FAIL = "fail", "失败", "Fail"
    RELEASE = "release", "重新排队", "Put back"
    CANCEL = "cancel", "取消", "Cancel"
    RETRY = "retry", "重试", "Try again"


WHO: Mapping[Kind, frozenset[Role]] = {
    Kind.MONTH_REPORT: COST_ROLES,
    Kind.SCRAP_REPORT: READERS,
}
"""Who may ask for a kind, and fetch what was made: both are judged anew each time."""
ASKERS = frozenset().union(*WHO.values())

S, A = Status, Action

MACHINE = Machine(
    noun="job",
    zh="后台任务",
    zh_measure="个",
    en="Background job",
    statuses=Status,
    actions=Action,
    initial=S.QUEUED,
    transitions={
        (S.QUEUED, A.START): Move((S.RUNNING,)),
        (S.QUEUED, A.CANCEL): Move((S.CANCELLED,)),
        (S.RUNNING, A.FINISH): Move((S.DONE,)),
        (S.RUNNING, A.FAIL): Move((S.FAILED,)),
        (S.RUNNING, A.RELEASE): Move((S.QUEUED,)),
        (S.RUNNING, A.CANCEL): Move((S.CANCELLED,)),
        (S.FAILED, A.RETRY): Move((S.QUEUED,)),
        (S.CANCELLED, A.RETRY): Move((S.QUEUED,)),
    },
    who={
        A.START: EVERY_ROLE,
        A.FINISH: EVERY_ROLE,
        A.FAIL: EVERY_ROLE,
        A.RELEASE: EVERY_ROLE,
        A.CANCEL: ASKERS,
        A.RETRY: ASKERS,
    },
    final=frozenset({S.DONE}),
    inner=frozenset({A.START, A.FINISH, A.FAIL, A.RELEASE}),
)
"""The runner's steps are taken in the asker's name: whatever he holds by then."""

UNFINISHED = (S.QUEUED, S.RUNNING)


class Stopped(Exception):
    """Somebody cancelled the job, or another runner has it now: stop, and keep nothing."""


@dataclass(frozen=True)
class Attempt:
    """One try at one job: ``number`` tells it from those before, which may not finish any more."""

    no: str
    number: int


def kinds_of(actor: Actor) -> tuple[Kind, ...]:
    """Return the kinds that an actor may ask for and look at."""
    return tuple(kind for kind in Kind if actor.is_any(WHO[kind]))


def too_many() -> RuleViolation:
    """One person's jobs fill the queue."""
    return RuleViolation(
        "too_many_jobs",
        "您已有 {most} 个任务在排队或生成，请等它们完成，或先取消几个。",
        "{most} jobs of yours wait or run: let them finish, or cancel some.",
        most=MOST_UNFINISHED,
    )


def same_waits() -> RuleViolation:
    """A job is tried again though its asker has another for the same that is not finished."""
    return RuleViolation(
        "same_waits",
        "同样的文件已有任务在排队或生成，不用重试，请在任务列表里等它完成。",
        "Another job of yours makes the same file already: wait for that one.",
    )


def too_long(kind: Kind) -> RuleViolation:
    """A program asks in one call for a file that only a job makes."""
    return RuleViolation(
        "too_long",
        "文件太长，请用 POST /jobs 以后台任务 {kind} 生成。",
        "The file is too long for one call: ask POST /jobs for kind {kind}.",
        kind=kind.value,
    )


def not_ready() -> RuleViolation:
    """The file is asked for before it stands."""
    return RuleViolation(
        "not_ready",
        "文件还没有生成好，请在任务页面等它完成后再下载。",
        "The file is not ready: wait on the job's page until it is.",
    )


def file_gone(kept: timedelta) -> RuleViolation:
    """The file was swept, or the disk lost it."""
    return RuleViolation(
        "file_gone",
        "文件已不在服务器上（只保留 {days} 天），请重新生成。",
        "The file is gone (kept for {days} days): ask for it again.",
        days=kept.days,
    )


def worker_died() -> RuleViolation:
    """The worker was killed over and over."""
    return RuleViolation(
        "worker_died",
        "生成中断了 {times} 次，已停止。请稍后重试；再次失败请联系系统管理员。",
        "The work broke off {times} times and was given up. Try again later, or tell the "
        "administrator.",
        times=MOST_DEATHS,
    )


def too_big(megabytes: int, form: str | None) -> RuleViolation:
    """The work wants more memory than a job is given; a PDF's lines fit into other forms."""
    if form == Form.PDF:
        zh, en = "请改用 Excel 或 CSV。", "Choose Excel or CSV."
    else:
        zh = "请系统管理员调高 JOB_MEMORY_MB，然后重试。"
        en = "Ask the administrator to raise JOB_MEMORY_MB, then try again."
    return RuleViolation(
        "too_big",
        f"内容太多，超过了任务可用的 {{megabytes}} MB 内存，没有生成。{zh}",
        f"Too much for the {{megabytes}} MB that a job is given, and nothing was made. {en}",
        megabytes=megabytes,
    )


def unexpected() -> RuleViolation:
    """A fault of ours; the log has it."""
    return RuleViolation(
        "unexpected",
        "生成时系统出了意外，已经记录。请重试；再次失败请联系系统管理员。",
        "Something unexpected happened and was logged. Try again, or tell the administrator.",
    )
