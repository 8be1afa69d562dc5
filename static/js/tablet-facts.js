// What is known without a network: who holds the tablet, the roster (found by code, name, pinyin) and the rulebook.
(() => {
  "use strict";
  const STALE = 5 * 60_000;
  const LATELY = 60_000; // the roster is large: not with every page
  const PATIENCE = 8_000;
  let known = null;

  // one name for this tablet, whoever holds it: two people on one are one witness
  const OWN = "kiosk.tablet";
  const own = () => {
    if (!tablet.recall(OWN)) tablet.remember(OWN, tablet.mint());
    return tablet.recall(OWN) ?? "";
  };
  const ask = async (path, tag) => {
    const shown = new Date().toISOString(); // this tablet's clock bears witness: the box's may be wrong
    const headers = { accept: "application/json", "x-tablet-time": shown, "x-tablet": own(), ...(tag ? { "if-none-match": tag } : {}) };
    const answer = await fetch(path, { headers, cache: "no-store", signal: tablet.patience(PATIENCE) });
    if (answer.status === 401 || answer.status === 403) tablet.tell("tablet:signed-out");
    if (!answer.ok && answer.status !== 304) throw new Error(`${path}: ${answer.status}`);
    return answer;
  };

  const load = async () => {
    const rows = await tablet.store.all("facts");
    const facts = Object.fromEntries(rows.map((row) => [row.name, row.value]));
    known = facts.account && facts.roster && facts.rulebook ? facts : null;
    return known;
  };
  const ready = load().catch(() => null);
  const get = async () => known ?? (await ready) ?? known;

  const roster = async (account) => {
    const before = known?.account.id === account.id ? known.tag : undefined;
    const answer = await ask("/record/tablet/roster", before);
    if (answer.status === 304) return null;
    return { value: (await answer.json()).households, tag: answer.headers.get("etag") };
  };
  const keep = (facts) =>
    tablet.store.within("facts", "readwrite", (rows) => {
      for (const [name, value] of Object.entries(facts)) rows.put({ name, value });
    });

  // asks what is new; answers whether the server could be reached and knew who asks
  let asking = null;
  const refresh = () => (asking ??= renew().finally(() => (asking = null)));
  const renew = async () => {
    await ready;
    const sent = Date.now();
    let facts;
    try {
      const said = await (await ask("/record/tablet")).json();
      tablet.inZone(said.now);
      const ahead = (sent + Date.now()) / 2 - Date.parse(said.now);
      facts = { account: said.account, village: said.village, today: said.today, ahead, doubt: said.doubt, fetched: Date.now() };
      if (said.rulebook !== known?.rulebook?.digest) facts.rulebook = await (await ask("/record/tablet/rulebook")).json();
      const asked = known?.account.id === said.account.id && Math.abs(Date.now() - (known.counted ?? 0)) < LATELY;
      const fresh = asked ? null : await roster(said.account);
      if (!asked) facts.counted = Date.now();
      if (fresh) Object.assign(facts, { roster: fresh.value, tag: fresh.tag });
    } catch {
      return false;
    }
    tablet.hold(facts.account);
    known = { ...known, ...facts };
    await keep(facts).catch(() => {}); // a full disk: it is known until the page closes
    tablet.tell("tablet:facts", known);
    return true;
  };
  const forget = async () => {
    known = null;
    tablet.hold(null);
    await tablet.store.within("facts", "readwrite", (rows) => rows.clear()).catch(() => {});
  };

  // ---- finding a household: as roster/search.py does ----
  const plain = (words) => words.normalize("NFKC").toLowerCase().replace(/\s+/g, "").replace(/'/g, "");
  const bare = (code) => code.replace(/^0+/, "");
  const meant = (home, typed) =>
    home.people.find(([, name, , , keys]) => name.includes(typed) || ` ${keys}`.includes(` ${typed}`));
  const closeness = (home, typed) => {
    const code = home.code.toLowerCase();
    if (code === typed || (bare(typed) && bare(code) === bare(typed))) return 0;
    if (code.startsWith(typed)) return 1;
    const one = meant(home, typed);
    return one ? (one[3] ? 2 : 3) : 4;
  };

  tablet.facts = { ready, get, refresh, forget, isStale: () => !known || Math.abs(Date.now() - known.fetched) > STALE };
  tablet.search = (words, limit = 12) => {
    const typed = plain(words);
    if (!typed || !known) return [];
    const found = known.roster.map((home) => ({ home, close: closeness(home, typed) })).filter(({ close }) => close < 4);
    found.sort((one, other) => one.close - other.close); // stable: within, by code
    return found.slice(0, limit).map(({ home, close }) => ({
      code: home.code,
      head: home.head,
      group: home.group,
      member: close === 3 ? meant(home, typed)[1] : "",
    }));
  };
  const shown = (home) => ({
    ...home,
    barred: home.barred ?? "",
    people: home.people.map(([value, name, relation, head]) => ({ value, name, relation, head: Boolean(head) })),
  });
  tablet.household = (code) => {
    const home = known?.roster.find((one) => one.code === code);
    return home ? shown(home) : null;
  };
  tablet.households = (group) => (known?.roster ?? []).filter((home) => !group || home.group === group).map(shown);
  tablet.items = () => known?.rulebook.items ?? [];

  const look = () => tablet.facts.isStale() && refresh();
  document.addEventListener("DOMContentLoaded", () => refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("online", refresh);
  setInterval(look, STALE);
})();
