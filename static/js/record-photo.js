// The photo of the form: chosen, shown, dropped.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);

  const put = (file) => {
    const files = new DataTransfer();
    if (file) files.items.add(file);
    $("#photo").files = files.files;
  };
  const show = (canvas) => {
    const preview = $("#photo-preview");
    preview.hidden = !canvas;
    $("#photo-drop").hidden = !canvas;
    $("#deed [name=photo_ready]").value = canvas ? "1" : "";
    if (canvas) {
      preview.width = canvas.width;
      preview.height = canvas.height;
      preview.getContext("2d").drawImage(canvas, 0, 0);
      $("#photo-kept")?.remove();
      $("#deed [name=photo_ticket]").value = "";
    }
  };
  let taking = Promise.resolve();
  const take = (file) => (taking = shrink(file));
  const shrink = async (file) => {
    const [field, chosen] = [$("#photo"), $("#photo").files[0]];
    const small = await tablet.smallPhoto(file);
    if ($("#photo") !== field || field.files[0] !== chosen) return; // another one was chosen, or the form is somebody else's by now
    if (small.file !== file) put(small.file);
    if (small.canvas) show(small.canvas);
    else {
      $("#deed [name=photo_ready]").value = "1";
      $("#photo-drop").hidden = false;
    }
    document.dispatchEvent(new CustomEvent("record:changed"));
  };

  document.addEventListener("change", (event) => {
    if (event.target.id === "photo" && event.target.files[0]) take(event.target.files[0]);
  });
  document.addEventListener("click", (event) => {
    if (event.target.id !== "photo-drop") return;
    put(null);
    show(null);
    document.dispatchEvent(new CustomEvent("record:changed"));
  });

  // for record-draft.js and record-send.js
  window.recordPhoto = { put: (file) => (put(file), take(file)), drop: () => (put(null), show(null)), current: () => $("#photo")?.files[0], settled: () => taking };
})();
