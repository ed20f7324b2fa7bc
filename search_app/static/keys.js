// Keys to read with: everything they do can be done without them, by links and fields that are there anyway.
// They are silent while somebody types or holds Ctrl, Alt or Meta, and can be switched off on the help page.
"use strict";

(() => {
  const OFF = "aus";

  const stored = () => {
    try { return localStorage.getItem("tasten"); } catch { return null; } // storage may be forbidden
  };
  const store = (on) => {
    try {
      if (on) localStorage.removeItem("tasten");
      else localStorage.setItem("tasten", OFF);
    } catch { /* then the choice lasts as long as the page */ }
  };
  let on = stored() !== OFF;

  const isField = (element) => element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
  const isShown = (element) => element.getClientRects().length > 0;
  const first = (selector) => [...document.querySelectorAll(selector)].find(isShown);

  const follow = (rel) => {
    const link = first(`main a[rel~="${rel}"]`);
    if (link) link.click();
    return Boolean(link);
  };

  // From the hit that has the focus, else from the one that the address names, as after the way back from a passage.
  const step = (by) => {
    const links = [...document.querySelectorAll(".hit :is(h2, h3) a")].filter(isShown);
    const focused = links.findIndex((link) => link.closest(".hit").contains(document.activeElement));
    const here = focused >= 0 ? focused : links.findIndex((link) => link.closest(".hit").matches(":target"));
    const next = links[here >= 0 ? here + by : by > 0 ? 0 : links.length - 1];
    if (next) next.focus();
    return Boolean(next);
  };

  const goTo = (element) => {
    if (!element) return false;
    if (!element.hasAttribute("tabindex") && element.tabIndex < 0) element.tabIndex = -1;
    element.scrollIntoView(); // at once, not smoothly: nothing moves for those whom it makes dizzy
    element.focus();
    return true;
  };

  const search = () => {
    const field = document.getElementById("q");
    if (field) { field.focus(); field.select(); }
    return Boolean(field);
  };

  const help = () => {
    const link = document.querySelector("a[rel~=help]");
    if (link) location.assign(`${link.href}#tasten`);
    return Boolean(link);
  };

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    n: () => follow("next"),
    p: () => follow("prev"),
    c: () => goTo(document.getElementById("zitieren")),
    "/": search,
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isField(event.target)) {
      // Escape would empty a search field: what was typed stays, and the keys work again.
      if (event.key === "Escape" && event.target.matches("input:not([type=checkbox])")) {
        event.preventDefault();
        document.getElementById("inhalt").focus({ preventScroll: true });
      }
      return;
    }
    if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  });

  const choice = document.getElementById("tasten-wahl");
  if (choice) {
    const box = choice.querySelector("input");
    box.checked = on;
    box.addEventListener("change", () => { on = box.checked; store(on); });
    choice.hidden = false;
    document.getElementById("tasten-ohne").hidden = true;
  }
})();
