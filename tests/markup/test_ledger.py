"""The claims of the articles on the page, and the disagreements."""

from calfnb.markup.ledger import claim_list, claims_about, claims_by_topic, disagreements
from calfnb.markup.pages import condition_page
from calfnb.tables import load_tables

TABLES = load_tables()


def test_every_claim_and_every_disagreement_is_on_the_page():
    ledger, conflicts = claims_by_topic(TABLES), disagreements(TABLES)
    assert all(claim_id in ledger for claim_id in TABLES.claims)
    assert conflicts.count("<li>") == len(TABLES.conflicts)


def test_a_condition_shows_what_the_articles_say_of_it_with_article_and_number():
    claims = claims_about("doms", TABLES)
    assert {"F076", "F077", "F078", "F079"} <= {claim.claim_id for claim in claims}
    shown = condition_page("doms", TABLES)
    assert claim_list(claims) in shown
    assert "S4" in shown


def test_a_condition_of_which_the_articles_say_nothing_shows_no_empty_list():
    assert claims_about("plantaris_rupture", TABLES) == ()
    assert "cn-claims" not in condition_page("plantaris_rupture", TABLES)
