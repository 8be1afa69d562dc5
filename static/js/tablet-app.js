// On https alone: the browser's helper, a promise not to throw away what the tablet carries, and a place on the home screen.
(() => {
  "use strict";
  // without any of these the page works as it does over plain http
  navigator.serviceWorker?.register("/record/worker.js", { scope: "/record" }).catch(() => {});
  navigator.storage?.persist?.().catch(() => {});

  let offer = null;
  const show = () => {
    const button = document.querySelector("#install");
    if (button) button.hidden = !offer;
  };
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    show();
  });
  window.addEventListener("appinstalled", () => ((offer = null), show()));
  for (const name of ["record:fresh", "htmx:after:swap"]) document.addEventListener(name, show);
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("#install") || !offer) return;
    const asked = offer;
    offer = null;
    await asked.prompt();
    show();
  });
})();
