"""Recompute a village's open ledger and compare it with what was printed. Needs nothing but Python 3.

    python3 recompute.py ledger.json [NUMBER=DIGEST ...]

NUMBER is the last entry that a notice names, DIGEST the digest beside it, in groups as printed. Exits with 1 if
anything differs. 重算公开账本，与公示榜上的校验码比对：NUMBER 是榜上最后一笔流水的号码，DIGEST 是榜上的校验码。
"""

import json
import sys
from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any


def matches(digest: str, printed: str) -> bool:
    wanted = printed.upper().replace("-", "").replace(" ", "")
    in_hex = len(wanted) >= 32 and digest.upper().startswith(wanted)
    return len(wanted) >= 26 and (in_hex or b32encode(bytes.fromhex(digest)).decode().startswith(wanted))


def faults(ledger: dict[str, Any], printed: list[tuple[int, str]]) -> Iterator[str]:
    digests = ["0" * 64]
    for *content, stored in ledger["entries"]:
        covered = [digests[-1], ledger["village"], *content]
        canonical = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
        digests.append(sha256(canonical.encode()).hexdigest())
        if (content[0], stored) != (len(digests) - 1, digests[-1]):
            yield f"Entry no. {content[0]} is not what it was. 第 {content[0]} 笔流水与校验码不符。"
            break
    for number, text in printed:
        if number >= len(digests) or not matches(digests[number], text):
            yield f"The ledger does not lead to the digest at no. {number}. 账本与第 {number} 笔的校验码不符。"
    for settled in ledger["settled"]:
        year, quarter = map(int, settled["quarter"].split("Q"))
        totals = {home: settled["base_points"] for _, home, _ in settled["standings"]}
        for _, home, _, _, _, month, points, *_ in ledger["entries"]:
            if home in totals and year * 100 + quarter * 3 - 3 < month <= year * 100 + quarter * 3:
                totals[home] += points
        for rank, home, points in settled["standings"]:
            if (rank, points) != (1 + sum(one > totals[home] for one in totals.values()), totals[home]):
                yield f"{settled['quarter']}: rank or total of {home} is wrong. 户 {home} 名次或合计不符。"


if __name__ == "__main__":
    words = " ".join(sys.argv[2:]).split()
    papers = "".join(f" {word}" if "=" in word else word for word in words).split()
    printed = [(int(number), text) for number, text in (paper.split("=") for paper in papers)]
    try:
        ledger = json.loads(Path(sys.argv[1]).read_text("utf-8"))
        notices = [(notice["number"], notice["digest"]) for notice in ledger["publications"]]
        found = list(faults(ledger, notices + printed))
    except (ValueError, LookupError, TypeError) as error:
        sys.exit(f"This file is damaged: fetch it again. 文件已损坏，请重新下载。({error})")
    counts = f"{len(ledger['entries'])} entries, {len(ledger['settled'])} settled quarters,"
    print(*found, f"{ledger['village']}: {counts}", sep="\n")
    print(f"{len(printed)} printed digests, {len(found)} faults. 流水、季度、纸上校验码、不符之处。")
    sys.exit(bool(found))
