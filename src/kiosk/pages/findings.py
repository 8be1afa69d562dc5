"""What the figures say, in one plain sentence a section, and what to ask about it. Questions, never blame."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.office.analysis import Analysis
from kiosk.office.figures import Figures, Group, Share, named
from kiosk.office.items import title
from kiosk.pages import words
from kiosk.scoring.problems import N_, Problem


@dataclass(frozen=True)
class Finding:
    """The sentence with which a section begins, and the question that follows from it, if any."""

    said: Problem
    asked: Problem | None = None


def findings(seen: Analysis, lang: str) -> dict[str, Finding]:
    """By the name of the section. `lang` is the reader's: periods and items are named in it."""
    period = words.period(seen.period, lang)
    return {
        "active": _active(seen, period),
        "silent": _silent(seen, period),
        "categories": _categories(seen, period, lang),
        "items": _items(seen, period),
        "groups": _groups(seen.now, period),
        "caps": _caps(seen, period, lang),
        "course": _course(seen.now, period),
        "noting": _noting(seen, period),
    }


def _active(seen: Analysis, period: str) -> Finding:
    share = seen.now.households
    if not share.whole:
        return Finding(Problem("", N_("Nobody is on the roll in %(period)s."), {"period": period}))
    values = _share(share, period)
    if seen.before is None:
        sentence = N_(
            "%(part)s of %(whole)s households had a good deed counted in %(period)s: %(percent)s%%."
        )
        return Finding(Problem("", sentence, values))
    values["before"] = seen.before.households.percent
    if seen.now.running:
        sentence = N_(
            "So far %(part)s of %(whole)s households have had a good deed counted in %(period)s: %(percent)s%%. "
            "The period before ended with %(before)s%%."
        )
        return Finding(Problem("", sentence, values))
    sentence = N_(
        "%(part)s of %(whole)s households had a good deed counted in %(period)s: %(percent)s%%, "
        "after %(before)s%% in the period before."
    )
    return Finding(Problem("", sentence, values))


def _silent(seen: Analysis, period: str) -> Finding:
    worst = seen.quietest
    if not seen.now.places:
        return Finding(Problem("", N_("Nobody is on the roll in %(period)s."), {"period": period}))
    if worst is None:
        sentence = N_("No household is without a counted deed in %(period)s.")
        return Finding(Problem("", sentence, {"period": period}))
    share = Share(len(seen.silent), len(seen.now.places))
    values = _share(share, period)
    sentence = N_("%(part)s of %(whole)s households have no counted deed in %(period)s: %(percent)s%%.")
    if len(seen.now.groups) > 1:
        of_group = Share(worst.silent, worst.active.whole)
        values |= {"group": named(worst.name), "silent": worst.silent, "households": worst.active.whole}
        values["of_group"] = of_group.percent
        sentence = N_(
            "%(part)s of %(whole)s households have no counted deed in %(period)s: %(percent)s%%. "
            "In %(group)s it is %(silent)s of %(households)s: %(of_group)s%%."
        )
    asked = N_("Do they do nothing that counts, or does nobody see it? Who calls on them?")
    return Finding(Problem("", sentence, values), Problem("", asked))


def _categories(seen: Analysis, period: str, lang: str) -> Finding:
    good = [one for one in seen.now.categories if one.gained > 0]
    if not good:
        return Finding(Problem("", N_("No points were gained in %(period)s."), {"period": period}))
    first = max(good, key=lambda one: one.gained)
    percent = Share(int(first.gained * 10), int(sum(one.gained for one in good) * 10)).percent
    values = {"period": period, "category": seen.category_title(first.name, lang), "percent": percent}
    empty = seen.empty_categories
    if not empty:
        sentence = N_("Of the points gained in %(period)s, %(percent)s%% are for %(category)s.")
        return Finding(Problem("", sentence, values), _less_seen())
    values["none"] = listed([seen.category_title(name, lang) for name in empty], lang)
    sentence = N_(
        "Of the points gained in %(period)s, %(percent)s%% are for %(category)s; nothing counted for %(none)s."
    )
    return Finding(Problem("", sentence, values), _less_seen())


def _less_seen() -> Problem:
    return Problem("", N_("Is less done in the others, or is less of it noted?"))


def _items(seen: Analysis, period: str) -> Finding:
    if not seen.book:
        return Finding(Problem("", N_("There is no rulebook yet.")))
    share = Share(len(seen.unused), sum(not use.item.deduction for use in seen.uses))
    if not share.part:
        sentence = N_("Every item for good deeds was noted at least once in %(period)s.")
        return Finding(Problem("", sentence, {"period": period}))
    sentence = N_("%(part)s of %(whole)s items for good deeds were not noted once in %(period)s.")
    asked = N_("Does the village still need them, or does nobody know them? What is not used may be struck.")
    return Finding(Problem("", sentence, _share(share, period)), Problem("", asked))


def _groups(now: Figures, period: str) -> Finding:
    groups = [group for group in now.groups if group.name]
    if len(groups) < 2 or groups[0].mean == groups[-1].mean:
        return Finding(Problem("", N_("The groups do not differ in %(period)s."), {"period": period}))
    first, last = groups[0], groups[-1]
    values = {"period": period, **_mean("first", first), **_mean("last", last)}
    sentence = N_(
        "In %(period)s a household of %(first)s has %(first_mean)s points on average, one of %(last)s %(last_mean)s."
    )
    return Finding(
        Problem("", sentence, values), Problem("", N_("Is less done there, or is less of it seen?"))
    )


def _mean(key: str, group: Group) -> dict[str, object]:
    return {key: group.name, f"{key}_mean": words.points(group.mean)}


def _caps(seen: Analysis, period: str, lang: str) -> Finding:
    share, capped = seen.now.capped, seen.capped
    if not share.part:
        return Finding(Problem("", N_("No deed of %(period)s ran into a cap."), {"period": period}))
    values = _share(share, period)
    sentence = N_("%(part)s of %(whole)s deeds that count in %(period)s gave no points because of a cap.")
    asked = None
    if capped:
        item = {"item": title(capped[0].item, lang), "hits": capped[0].capped.part}
        asked = Problem("", N_("Most often (%(hits)s) “%(item)s”: is it too easy, or its cap too low?"), item)
    return Finding(Problem("", sentence, values), asked)


def _course(now: Figures, period: str) -> Finding:
    course = now.course
    values = {"period": period, "noted": course.noted, "waiting": course.waiting}
    values |= {"rejected": course.rejected, "reversed": course.reversed}
    sentence = N_(
        "%(noted)s deeds of %(period)s were noted; %(waiting)s wait for a decision, "
        "%(rejected)s were rejected, %(reversed)s taken back."
    )
    return Finding(Problem("", sentence, values))


def _noting(seen: Analysis, period: str) -> Finding:
    noting = seen.noting
    if not noting.soon.whole:
        sentence = N_("Nothing was noted on the spot in %(period)s.")
        return Finding(Problem("", sentence, {"period": period}))
    values = {**_share(noting.soon, period), "quiet": noting.quiet, "weeks": len(noting.weeks)}
    sentence = N_(
        "%(percent)s%% of the deeds of %(period)s were noted within two days; "
        "in %(quiet)s of %(weeks)s weeks nobody noted anything."
    )
    return Finding(
        Problem("", sentence, values), Problem("", N_("What would make it easier to note as it happens?"))
    )


def listed(parts: Sequence[object], lang: str) -> str:
    return (", " if lang == "en" else "、").join(str(part) for part in parts)


def _share(share: Share, period: str) -> dict[str, object]:
    return {"part": share.part, "whole": share.whole, "percent": share.percent, "period": period}
