"""The review: opened by itself, answered in full, signed by a second person (A-01…A-06, A-15, B-72…B-74)."""

import html
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from incidents import lifecycle
from incidents.facts import Resolution
from incidents.models import Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from incidents.wordings.differences import Piece
from postmortems import history, overdue, reviews
from postmortems.models import Checkpoint, Procedure, Review
from tests.factories import after
from tests.postmortems.factories import ANSWERS, Learners

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-72", "B-73", "B-74", "A-12", "C-13")
@pytest.mark.parametrize(("severity", "opens"), [(1, True), (2, True), (3, False)])
def test_it_opens_by_itself_exactly_for_the_severities_that_require_it(severity: int, opens: bool) -> None:
    team = Learners()
    incident = team.resolved(severity)
    for _ in range(2):
        reviews.sweep(now=after(hours=32))
    review = Review.objects.filter(incident=incident).first()
    assert (review is not None) is opens
    if review is not None:
        assert review.owner == team.lead and review.due_at > after(hours=32)
        assert review.curated.count() > 5 and review.curated.filter(client_text="").exists()
        assert Incident.objects.get(pk=incident.pk).timeline.filter(kind="review_opened").count() == 1


@pytest.mark.requirement("A-01", "A-14", "A-23", "B-135")
def test_resolving_marks_nothing_of_prevention_and_the_close_names_what_is_missing() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    incident.refresh_from_db()
    said = " ".join(blocker.sentence for blocker in lifecycle.blockers(incident))
    for words in ("review lacks", "No prevention action", "No regression check", "No documented change"):
        assert words in said
    with pytest.raises(Refused, match="No prevention action"):
        lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=33))


@pytest.mark.requirement("A-02", "A-03", "A-04", "A-15")
@pytest.mark.parametrize("blank", ["what_failed", "root_cause", "detected_late", "missing_evidence"])
def test_a_blank_answer_is_refused_beside_its_field(blank: str) -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.answer(incident)
    reviews.write(incident.pk, {blank: "  "}, edition=None, by=team.lead, at=after(hours=33))
    with pytest.raises(Refused) as refused:
        reviews.submit(incident.pk, by=team.lead, at=after(hours=33))
    assert refused.value.field == blank


@pytest.mark.requirement("A-05", "A-15")
def test_what_must_be_read_is_ticked_before_the_sign_off() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.answer(incident)
    one = Procedure.objects.filter(moment="review").order_by("pk")[0]
    Procedure.objects.filter(pk=one.pk).update(must_tick=True)
    with pytest.raises(Refused, match=f"“{one}” must be read first"):
        reviews.submit(incident.pk, by=team.lead, at=after(hours=33))
    reviews.consult(incident.pk, one, by=team.resolver, at=after(hours=33))
    assert reviews.submit(incident.pk, by=team.lead, at=after(hours=34)).state == "in_review"


def test_a_review_without_a_safeguard_is_not_submitted() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    reviews.write(incident.pk, ANSWERS, edition=None, by=team.lead, at=after(hours=33))
    with pytest.raises(Refused, match="safeguard"):
        reviews.submit(incident.pk, by=team.lead, at=after(hours=33))


@pytest.mark.requirement("B-135")
def test_a_second_person_signs_in_code_and_in_the_database() -> None:
    team = Learners()
    incident, review = team.reviewed()
    team.answer(incident)
    reviews.submit(incident.pk, by=team.lead, at=after(hours=33))
    with pytest.raises(Refused, match="second person"):
        reviews.sign(incident.pk, by=team.lead, at=after(hours=34))
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(state="published", signed_by=team.lead, signed_at=after(hours=34))
    reviews.sign(incident.pk, by=team.coordinator, at=after(hours=34))
    incident.refresh_from_db()
    assert incident.reviewed_at == after(hours=34)
    with pytest.raises(Refused, match="published"):
        reviews.write(incident.pk, {"factors": "x"}, edition=None, by=team.lead, at=after(hours=35))
    reviews.send_back(incident.pk, reason="Wrong cause", by=team.coordinator, at=after(hours=35))
    incident.refresh_from_db()
    assert incident.reviewed_at is None and Review.objects.get().state == "draft"


def test_two_writers_do_not_overwrite_each_other_and_the_history_has_the_difference() -> None:
    team = Learners()
    incident, review = team.reviewed()
    reviews.write(incident.pk, {"factors": "One"}, edition=review.edition, by=team.lead, at=after(hours=33))
    with pytest.raises(Refused, match="Priya Nair"):
        reviews.write(incident.pk, {"factors": "Two"}, edition=review.edition, by=team.coordinator, at=after(hours=33))
    one, *_ = history.edits(list(Review.objects.get().changes.all()))
    assert one.change.by == team.lead and one.fields == (("Contributing factors", [Piece("+", "One")]),)


def test_the_history_shows_the_words_that_came_and_went_and_which_entry_was_curated() -> None:
    team = Learners()
    incident, review = team.reviewed()
    long = "The sender pool had no limit. " * 300
    for text in (long, long.replace("no limit", "a limit of 500", 1)):
        reviews.write(incident.pk, {"root_cause": text}, edition=None, by=team.lead, at=after(hours=33))
    reviews.add_safeguard(incident.pk, name="Alert", worked=False, detail="", by=team.lead, at=after(hours=33))
    due = after(hours=100)
    reviews.hand_over(incident.pk, owner=team.coordinator, due_at=due, by=team.lead, at=after(hours=33))
    row = review.curated.select_related("entry").order_by("entry__seq")[0]
    reviews.curate(
        incident.pk, row.entry_id, kept=False, text=row.text, client_text="", by=team.lead, at=after(hours=34)
    )
    curated, owner, safeguard, words, _ = history.edits(list(Review.objects.get().changes.all()))
    assert curated.about == row.entry.at and [name for name, _ in curated.fields] == ["Kept in the review"]
    assert curated.fields[0][1] == [Piece("-", "yes"), Piece("+", "no")]
    assert dict(safeguard.fields)["It held"] == [Piece("+", "no")]
    assert "".join(piece.text for piece in dict(owner.fields)["Due"] if piece.mark != "-").startswith(f"{due.day} ")
    changed = [piece for piece in dict(words.fields)["Root cause"] if piece.mark != "="]
    assert changed == [Piece("-", "no"), Piece("+", "a"), Piece("+", " of 500")]
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/review/history/").content.decode()
    assert "<del>no</del><ins>a</ins> limit<ins> of 500</ins>" in page and "False" not in page


@pytest.mark.requirement("A-13")
def test_the_three_checkpoints_are_stamped_once() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    assert Checkpoint.objects.get().moment == "at_report"
    reviews.pass_checkpoint(incident.pk, "before_handoff", note="", by=team.lead, at=after(hours=33))
    reviews.pass_checkpoint(incident.pk, "before_handoff", note="", by=team.lead, at=after(hours=34))
    team.publish(incident)
    found = dict(Checkpoint.objects.values_list("moment", "at"))
    assert set(found) == {"at_report", "before_handoff", "after_recovery"}
    assert found["before_handoff"] == after(hours=33)


@pytest.mark.requirement("A-08")
def test_a_procedure_is_read_once_and_stands_on_the_record() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    shown = Procedure.objects.filter(moment="review")
    names = {"Incident Response Runbook", "Model Evaluation and Regression Review", "Audit Log Review"}
    assert {one.name for one in shown} == names
    for _ in range(2):
        reviews.consult(incident.pk, shown[0], by=team.lead, at=after(hours=33))
    assert incident.consultations.count() == 1
    assert incident.timeline.filter(text__startswith="Read “").count() == 1


def test_an_overdue_review_escalates_once_for_its_day() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    for _ in range(2):
        overdue.sweep_reviews(now=after(days=6))
    assert incident.escalations.filter(situation="review_overdue").count() == 1


@pytest.mark.requirement("C-13")
def test_a_sev_3_that_came_again_needs_the_short_form() -> None:
    team = Learners()
    incident = team.resolved(3)
    assert not reviews.Review.objects.exists()
    lifecycle.reopen(incident.pk, reason="It is back", by_client=False, by=team.coordinator, at=after(hours=42))
    team.fix(incident, at=after(hours=43))
    team.confirm(incident, at=after(hours=70))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We slowed down.")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=71))
    reviews.sweep(now=after(hours=72))
    assert Review.objects.get(incident=incident).form == "short"


@pytest.mark.requirement("A-13", "A-14")
def test_before_there_is_a_review_its_page_offers_what_the_response_needs() -> None:
    """A hand-off during the response needs its checkpoint, and a gate its check, long before anything is resolved."""
    team = Learners()
    incident = team.to_verifying(1)
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/review/").content.decode()
    assert "There is no review yet." in page
    for address in ("plan-action", "add-check", "document-change", "draft-report", "pause-work"):
        assert f"/{address}/" in page, address
    told = browser.post(f"/incidents/{incident.pk}/checkpoint/before_handoff/")
    assert told.status_code == 302 and incident.checkpoints.filter(moment="before_handoff").exists()


@pytest.mark.requirement("A-12")
def test_what_was_typed_while_another_signed_off_is_shown_and_said_not_to_be_saved() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.publish(incident)
    page = Browser()
    page.force_login(team.lead, backend=BACKEND)
    text = page.post(f"/incidents/{incident.pk}/review/", {**ANSWERS, "what_failed": "Typed <late>"}).content.decode()
    assert "The review is published" in text and "Typed &lt;late&gt;</textarea>" in text
    assert "Typed" not in Review.objects.get(incident=incident).what_failed
    # Opening the page says nothing of the sort.
    assert "not saved" not in page.get(f"/incidents/{incident.pk}/review/").content.decode()


def test_whoever_may_not_write_it_is_refused_and_not_thanked() -> None:
    """The page shows it to everybody; words posted to it by somebody else were dropped with 200."""
    team = Learners()
    incident, _ = team.reviewed()
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = f"/incidents/{incident.pk}/review/"
    assert browser.get(page).status_code == 200
    for body in (ANSWERS, ANSWERS | {"preview": "1"}):
        answer = browser.post(page, body)
        assert answer.status_code == 403
        assert "None of your roles" in answer.content.decode()
    assert Review.objects.get(incident=incident).what_failed != ANSWERS["what_failed"]


@pytest.mark.requirement("C-13", "B-135", "A-14")
def test_a_short_form_is_a_full_review_once_it_comes_back_more_severe() -> None:
    team = Learners()
    incident = team.resolved(3)
    reviews.open_review(incident.pk, by=team.lead, at=after(hours=32), form="short")
    reviews.write(incident.pk, {"root_cause": "A limit"}, edition=None, by=team.lead, at=after(hours=32))
    reviews.add_safeguard(incident.pk, name="Alert", worked=False, detail="", by=team.lead, at=after(hours=32))
    reviews.submit(incident.pk, by=team.lead, at=after(hours=33))
    reviews.sign(incident.pk, by=team.coordinator, at=after(hours=34))
    lifecycle.reopen(incident.pk, reason="Back", by_client=False, by=team.coordinator, at=after(hours=35))
    lifecycle.reclassify(incident.pk, severity=1, reason="All of it", by=team.coordinator, at=after(hours=36))
    team.fix(incident, at=after(hours=37))
    team.confirm(incident, at=after(hours=38))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We slowed down.", override_reason="Seen")
    lifecycle.resolve(incident.pk, words, by=team.admin, at=after(hours=70))
    assert reviews.sweep(now=after(hours=70, seconds=2)) == 1
    review = Review.objects.get(incident=incident)
    assert (review.form, review.state, review.signed_by) == ("full", "draft", None)
    with pytest.raises(Refused, match=r"review lacks \d answers?:.*No prevention action.*No regression check"):
        lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=71))


@pytest.mark.requirement("A-02")
def test_a_paste_that_is_too_long_is_refused_beside_its_field_and_comes_back_whole() -> None:
    team = Learners()
    incident, review = team.reviewed()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/review/").content.decode()
    assert 'name="resolution"' in page and "maxlength" not in page.split("</header>")[-1]
    pasted = "09:14:07 worker 550 refused\r\n" * 3500
    answer = browser.post(f"/incidents/{incident.pk}/review/", {"resolution": pasted, "went_well": "The appeal"})
    shown = answer.content.decode()
    told = len(pasted.replace("\r\n", "\n").strip())
    assert f"At most 20000 characters fit; this has {told}." in shown
    assert shown.count("09:14:07 worker 550 refused") >= 3500 and "The appeal" in shown
    review.refresh_from_db()
    assert "worker 550" not in review.resolution and review.went_well == ""


@pytest.mark.requirement("A-02")
def test_two_tabs_that_save_one_after_the_other_lose_nothing_of_either() -> None:
    team = Learners()
    incident, review = team.reviewed()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    address = f"/incidents/{incident.pk}/review/"
    told = {name: getattr(review, name) for name in reviews.ANSWERS if isinstance(getattr(review, name), str)}
    old = {**told, "edition": review.edition}
    browser.post(address, {**old, "factors": "Theirs", "went_well": "Theirs too", "update_involved": "on"})
    mine = {**old, "went_well": "Mine", "resolution": "Mine alone"}
    page = html.unescape(browser.post(address, mine).content.decode())
    review.refresh_from_db()
    assert "saved this review while you wrote" in page and "It says by now: “Theirs too”" in page
    assert review.went_well == "Theirs too"
    # The form as the browser shows it now, sent again as it is.
    again = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))
    assert (again["factors"], again["went_well"], again["resolution"]) == ("Theirs", "Mine", "Mine alone")
    assert re.search(r'name="update_involved"[^>]*checked', page)
    ticked = {"edition": review.edition, "update_involved": "on"}
    assert f'name="edition" value="{review.edition}"' in page
    assert browser.post(address, {**again, **ticked}).status_code == 302
    review.refresh_from_db()
    assert (review.factors, review.went_well, review.resolution) == ("Theirs", "Mine", "Mine alone")
    assert review.update_involved
