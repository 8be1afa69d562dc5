"""Why somebody may not decide here: only reviewers do, and nobody for their own household or kin."""

from sqlalchemy import Connection

from kiosk.scoring import recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem


def reviewers_only(by: Actor) -> list[Problem]:
    return [] if by.may_decide else [Problem("", N_("Only a reviewer can decide about this"))]


def recused(connection: Connection, village_id: int, by: Actor, household_id: int) -> list[Problem]:
    """Why this person must leave a household to others, with the names of those who can decide about it."""
    return recusal.problems(connection, village_id, by, household_id, deciding=True)
