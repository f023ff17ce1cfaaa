"""Signed papers: a form's PDF is kept as bytes in the transaction that signs or voids it.

Whatever the fonts, the layout or the data become, that paper is served ever after; its digest is a
link of the chain (conventions 6.3).
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.chain import Head, Kind
from tracker.domain.codes import LiableKind
from tracker.domain.errors import InvalidInput
from tracker.domain.loss import MACHINE, Action
from tracker.domain.signed_paper import Audience, audiences, digest, paper_ref
from tracker.models.loss import LossForm
from tracker.models.signed_paper import SignedPaper
from tracker.queries import history
from tracker.queries import signed_paper as queries
from tracker.services import chain, loss_papers
from tracker.services.act import Act
from tracker.services.papers import print_fonts

SIGNATURE = b"%PDF-"


def keep(act: Act, form: LossForm, action: Action, sealed: Head) -> None:
    """Keep the papers of a form as ``action`` left it, ``sealed`` at their foot; call it last.

    The chain's counter is held meanwhile. Raises ``FontUnusable``.
    """
    fonts, refs = print_fonts(act.session), []
    step = history.last(act.session, MACHINE.noun, form.id, action.value)
    event_id = step.id if step else 0
    for audience in audiences(LiableKind(form.liable_kind)):
        content = loss_papers.drawn(act, form, fonts, sealed, audience is Audience.HOUSE)
        act.session.add(
            SignedPaper(
                document=form.no,
                audience=audience.value,
                event_id=event_id,
                at=act.now,
                by_id=act.actor.account_id,
                head_seq=sealed.seq,
                sha256=digest(content),
                size=len(content),
                content=content,
            )
        )
        refs.append((Kind.PAPER, paper_ref(form.no, audience.value, event_id)))
    chain.append(act, *refs)


def compared(act: Act, form: LossForm, content: bytes) -> Sequence[SignedPaper]:
    """Return the kept papers of a form, of those that the actor may see, that ``content`` equals.

    Nothing of it is kept. Raises ``InvalidInput`` ``not_a_pdf``.
    """
    if not content.startswith(SIGNATURE):
        raise InvalidInput(
            "not_a_pdf",
            "这不是 PDF 文件，请选择要比对的报损单 PDF。",
            "This is no PDF: choose the form’s PDF that you want compared.",
            "file",
        )
    found = digest(content)
    papers = queries.of_document(act.session, act.actor, form.no)
    return [paper for paper in papers if paper.sha256 == found]
