// Notes beside the passages of one's own list: kept in this browser, printed on the handout, sent nowhere.
"use strict";

(() => {
  const fields = [...document.querySelectorAll("textarea[data-note]")];

  const stored = () => {
    try { return JSON.parse(localStorage.getItem("notizen")) || {}; } catch { return {}; } // forbidden, or not ours
  };
  const store = (notes) => {
    try {
      if (Object.keys(notes).length) localStorage.setItem("notizen", JSON.stringify(notes));
      else localStorage.removeItem("notizen");
    } catch { /* then they last as long as the page */ }
  };

  const kept = stored();
  const notes = {}; // of what is on the list only: who takes a passage off it takes its note away too
  const print = (field) => { document.getElementById(`${field.id}-gedruckt`).textContent = field.value; };
  for (const field of fields) {
    const text = kept[field.dataset.note];
    if (typeof text === "string" && text) {
      field.value = text;
      notes[field.dataset.note] = text;
    }
    print(field);
    field.addEventListener("input", () => {
      if (field.value.trim()) notes[field.dataset.note] = field.value;
      else delete notes[field.dataset.note];
      print(field);
      store(notes);
    });
  }
  store(notes);
  for (const hidden of document.querySelectorAll(".own-note")) hidden.hidden = false;
})();
