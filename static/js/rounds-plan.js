// A round as a plan: whom to visit, who was visited and what is left. Nothing here touches the page or the disk.
//
// row: {key, village, group, items, half, started_by, started_at, finished_by, finished_at, here, draft,
//       visits: what this tablet still has to send, seen: what the server has told}, both by household code
// visit: {outcome, account, by, at, deeds: [{item, points, counted, key, event}], keys, back: what the server refused}
window.rounds = {};
(() => {
  "use strict";
  const tenths = (points) => Math.round(Number(points) * 10);

  const half = (all, which) => {
    const middle = Math.ceil(all.length / 2);
    if (which === "front") return all.slice(0, middle);
    return which === "back" ? all.slice(middle) : all;
  };
  const homes = (row) => half(tablet.households(row.group), row.half);

  // ours until it is sent; but who was there first stays, unless they met nobody
  const visitOf = (row, code) => {
    const [ours, theirs] = [row.visits[code], row.seen[code]];
    if (!ours || !theirs || theirs.outcome === "absent" || theirs.account === ours.account) return ours ?? theirs ?? null;
    return { ...theirs, clash: ours };
  };
  const isLeft = (row, home) => !visitOf(row, home.code) && !home.barred;

  // the next one that is left, from there on and then from the beginning
  const after = (row, code) => {
    const all = homes(row);
    const from = all.findIndex((home) => home.code === code) + 1;
    return [...all.slice(from), ...all.slice(0, from)].find((home) => home.code !== code && isLeft(row, home))?.code ?? null;
  };
  const before = (row, code) => {
    const all = homes(row).filter((home) => !home.barred);
    return all[all.findIndex((home) => home.code === code) - 1]?.code ?? null;
  };

  const progress = (row) => {
    const all = homes(row).filter((home) => !home.barred || visitOf(row, home.code));
    return { all: all.length, done: all.filter((home) => visitOf(row, home.code)).length };
  };

  // the whole round, whoever walked it
  const tally = (row) => {
    const all = tablet.households(row.group);
    const sum = { all: all.length, visited: 0, recorded: 0, nothing: 0, absent: 0, barred: 0, left: 0, items: {}, people: {} };
    for (const home of all) {
      const visit = visitOf(row, home.code);
      if (!visit) sum[home.barred ? "barred" : "left"] += 1;
      else count(sum, visit);
    }
    return sum;
  };
  const count = (sum, visit) => {
    sum.visited += 1;
    sum[visit.outcome] += 1;
    sum.people[visit.by] = (sum.people[visit.by] ?? 0) + 1;
    for (const deed of visit.deeds) {
      const item = (sum.items[deed.item] ??= { times: 0, tenths: 0 });
      item.times += 1;
      item.tenths += tenths(deed.points);
    }
  };

  // the points that can be tapped: whole numbers, halves where the item speaks of them; at most forty
  const choices = (item) => {
    const [least, most] = [tenths(item.minimum), tenths(item.maximum)];
    const step = least % 10 || most % 10 ? 5 : 10;
    const found = [];
    for (let value = least; value <= most && found.length < 40; value += step) found.push(String(value / 10));
    if (found.at(-1) !== String(most / 10) && found.length < 40) found.push(String(most / 10));
    return least < 0 ? found.reverse() : found;
  };
  // as the program writes points everywhere
  const signed = (points) => (Number(points) < 0 ? String(points).replace("-", "−") : `+${points}`);

  rounds.plan = { homes, visitOf, isLeft, after, before, progress, tally, choices, signed };
})();
