// A scanner is a keyboard that types a plate's address and Enter, wherever the cursor stands: it is taken out again, and
// the page hears which household it was.
(() => {
  "use strict";
  const PLATE = /https?:\/\/[^\s/]+\/h\/([a-z0-9]{26})\/?$/i;
  const LONGEST = 200;
  let typed = ""; // where no field takes it

  const found = async (token) => {
    const mark = tablet.digest(token.toUpperCase()).slice(0, 16);
    const look = () => tablet.households().find((home) => home.plate === mark);
    const home = look() ?? ((await tablet.facts.refresh()) && look());
    tablet.feel(40);
    tablet.tell(home ? "tablet:scanned" : "tablet:unknown-plate", home ? { code: home.code } : {});
  };
  // what stood in the field before the scanner typed into it
  const clear = (field, plate) => {
    field.value = field.value.slice(0, plate.index);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener(
    "keydown",
    (event) => {
      const field = event.target.matches("input, textarea") ? event.target : null;
      if (event.key.length === 1) typed = (typed + event.key).slice(-LONGEST);
      if (event.key !== "Enter") return;
      const plate = PLATE.exec(field ? field.value.trimEnd() : typed);
      typed = "";
      if (!plate) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (field) clear(field, plate);
      found(plate[1]);
    },
    true,
  );
  // one that is pasted, or comes in one piece
  document.addEventListener("paste", (event) => {
    const plate = PLATE.exec(event.clipboardData.getData("text").trim());
    if (!plate) return;
    event.preventDefault();
    found(plate[1]);
  });
})();
