"""Who has an account in the demo village, and whom they must leave to others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.demo.families import Family

PASSWORD = "qingshan-demo"  # noqa: S105  printed for everybody to try


@dataclass(frozen=True)
class Post:
    """`home` and `kin` are shares of the list of families (0 to 1), so that any village size has them."""

    name: str
    role: str
    home: float | None = None
    kin: tuple[float, ...] = ()
    woman: bool = True

    def home_in(self, count: int) -> int | None:
        return None if self.home is None else int(self.home * count)

    def kin_in(self, count: int) -> list[int]:
        """Without the own home, each once."""
        return sorted({int(share * count) for share in self.kin} - {self.home_in(count)})


POSTS = (
    Post("李秀英", "recorder", 0.03, (0.05, 0.31)),
    Post("张志明", "recorder", 0.28, (0.29,), woman=False),
    Post("王桂花", "recorder", 0.53),
    Post("欧阳建军", "recorder", 0.78, (0.9, 0.12), woman=False),
    Post("周小梅", "recorder"),  # 驻村干部, lives elsewhere
    Post("罗永红", "reviewer", 0.4, (0.41,)),
    Post("孙丽", "reviewer"),
    Post("陈会计", "admin"),
    Post("云溪镇", "township"),
)


def at_home(village: Sequence[Family]) -> list[Family]:
    """The families with the staff as the heads of theirs."""
    housed = list(village)
    for post in POSTS:
        home = post.home_in(len(village))
        if home is not None:
            housed[home] = _headed_by(post, housed[home])
    return housed


def _headed_by(post: Post, family: Family) -> Family:
    head = replace(family.head, name=post.name, woman=post.woman)
    others = list(family.people[1:])
    if others and others[0].relation in ("妻子", "丈夫") and family.head.woman != post.woman:
        partner = "丈夫" if post.woman else "妻子"
        others[0] = replace(others[0], name=family.head.name, relation=partner, woman=not post.woman)
    return replace(family, people=(head, *others))
