"""Every code has its sentence, and every sentence its facts."""

import pytest

from families import messages, types
from families.selectors.reviews import REVIEWERS
from families.types import ConsentPurpose, Need, NeedKind
from tests.families.factories import TODAY

TABLES = [
    (messages.RELATIONS, types.Relation),
    (messages.RIGHTS, types.GuardianRight),
    (messages.RIGHTS_SHORT, types.GuardianRight),
    (messages.SEXES, types.Sex),
    (messages.REVIEW_STATES, types.ReviewState),
    (messages.IDENTITY_FAULTS, types.IdentityFault),
    (messages.BIRTH_FAULTS, types.BirthFault),
    (messages.CHECK_FAULTS, types.CheckFault),
    (messages.FILE_FAULTS, types.FileFault),
    (messages.NEEDS, types.NeedKind),
    (messages.CONSENT_TEXTS, types.ConsentPurpose),
    (messages.PAGES, types.Page),
]


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_code_has_a_sentence(table, codes):
    assert set(table) == set(codes)


@pytest.mark.parametrize("kind", NeedKind)
def test_the_sentence_of_a_need_names_its_facts(kind):
    need = Need(kind, blocks=True, limit=None, purpose=ConsentPurpose.CARE, through=TODAY, days=9)

    words = messages.need_sentence(need, subdistrict="石化街道")

    assert "{" not in words.sentence
    assert words.action
    if kind is NeedKind.HEALTH_CHECK_EXPIRING:
        assert words.sentence == "健康检查还有 9 天到期（2026年11月22日）。"


def test_every_role_that_reviews_has_a_word_in_who_looked():
    assert {role.value for role in REVIEWERS} <= set(messages.ROLES)


def test_a_consent_text_says_what_why_what_follows_and_what_refusing_means():
    for text in messages.CONSENT_TEXTS.values():
        assert all([text.title, text.data, text.necessity, text.effect, text.refusing])
        assert text.is_required == (text.purpose in types.REQUIRED_CONSENTS)
    hashes = {text.sha256 for text in messages.CONSENT_TEXTS.values()}
    assert len(hashes) == len(ConsentPurpose)
