"""`/v/{village}`: the running quarter's ranking on a phone or PC, and how points come about."""

from litestar.exceptions import NotFoundException

from kiosk.fairness import figures
from kiosk.office.honours import newest_granted
from kiosk.pages.public import View, public
from kiosk.pages.ranking import read_ranking
from kiosk.pages.ready import Drawn
from kiosk.pages.red_list import red_list
from kiosk.pages.standings import draw_ranking
from kiosk.roster.villages import village as find_village
from kiosk.scoring import objections, rulebooks, settlement
from kiosk.scoring.periods import quarter_of


@public("/v/{village:str}", query=("group", "q"))
def village(view: View) -> Drawn:
    with view.site.database.read() as connection:
        found = find_village(connection, view.village_code)
        if found is None:
            raise NotFoundException
        running = quarter_of(view.today)
        ranking = read_ranking(connection, view, found, running)
        last = settlement.state(connection, found.id, running.before(), view.now)
        told = [(one, objections.figures(connection, found.id, one)) for one in (running, last.quarter)]
        open_to_all = figures.public_figures(connection, found.id, running, view.now)
        known = rulebooks.newest(connection)
        book = rulebooks.in_force(connection, view.today).book if known else None
        honoured = red_list(newest_granted(connection, found.id), found.public_names, view.lang)
    told_all = {"objections": told, "honoured": honoured, "fairness": open_to_all}
    return draw_ranking(view, "village.html", found, ranking, book=book, last=last, **told_all)


routes = [village]
