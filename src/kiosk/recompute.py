"""Recompute a village's open ledger and compare it with printed digests. 重算公开账本，与公示榜上的校验码比对。

python3 recompute.py ledger.json [LAST_ENTRY=DIGEST ...] [QUARTER=DIGEST ...]      (ends with 1 if it differs)"""

import json
import sys
from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any


def digest_of(content: list[Any]) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def matches(digest: str, printed: str) -> bool:
    wanted = printed.upper().replace("-", "").replace(" ", "")
    in_hex = len(wanted) >= 32 and digest.upper().startswith(wanted)
    return len(wanted) >= 26 and (in_hex or b32encode(bytes.fromhex(digest)).decode().startswith(wanted))


def faults(ledger: dict[str, Any], papers: list[str]) -> Iterator[str]:
    village, digest, known = ledger["village"], "0" * 64, {"0": "0" * 64}
    for number, (*content, stored) in enumerate(ledger["entries"], 1):
        known[str(number)] = digest = digest_of([digest, village, *content])
        if (content[0], stored) != (number, digest):
            yield f"Entry no. {content[0]} is not what it was. 第 {content[0]} 笔流水与校验码不符。"
            break
    for *result, stored in (settled.values() for settled in ledger["settled"]):
        quarter, _, _, base, places = result
        known[quarter], end = digest_of(result), int(quarter[:4]) * 100 + int(quarter[5:]) * 3
        totals = {home: base for _, home, _ in places}
        for _, home, _, _, _, month, points, *_ in ledger["entries"]:
            totals[home] = totals.get(home, 0) + points * (end - 3 < month <= end)
        every = [totals[home] for _, home, _ in places]
        right = [[1 + sum(one > mine for one in every), places[at][1], mine] for at, mine in enumerate(every)]
        if (right, known[quarter]) != (places, stored):
            yield f"The result of {quarter} is not what it was. {quarter} 的结果与流水或校验码不符。"
    notices = [f"{notice['number']}={notice['digest']}" for notice in ledger["publications"]]
    for name, text in (paper.split("=") for paper in notices + papers):
        if not matches(known.get(name, ""), text):
            yield f"The ledger does not lead to the digest at {name}. 账本与“{name}”处的校验码不符。"


if __name__ == "__main__":
    papers = "".join(f" {word}" if "=" in word else word for word in " ".join(sys.argv[2:]).split()).split()
    try:
        file = Path(sys.argv[1]).read_bytes()
        ledger, (before, _, end) = json.loads(file), file.rpartition(b',"digest":')
        found = list(faults(ledger, papers))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(f"This file is damaged: fetch it again. 文件已损坏，请重新下载。({error})")
    if end != b'"%s"}\n' % sha256(before).hexdigest().encode():
        found.append("The file is not as it was handed out. 文件与发出时不同。")
    counts = f"{len(ledger['entries'])} entries, {len(ledger['settled'])} settled quarters,"
    told = f"{len(papers)} printed digests, {len(found)} faults. 流水、季度、纸上校验码、不符之处。"
    print(*found, f"{ledger['village']}: {counts}", told, sep="\n")
    sys.exit(bool(found))
