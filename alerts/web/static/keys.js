// Keys: j and k walk through the items of a page, o opens one, / searches, g and a letter go to a section, u goes back, ? lists all.
// Buttons say themselves which key presses them (data-key). Nothing happens while somebody types, and all can be switched off.
(() => {
  const OFF = "keys-off", CHOSEN = "chosen-item", TYPING = "input, textarea, select, [contenteditable], [role=listbox], dialog[open]";
  const dialog = document.getElementById("keys"), opener = document.getElementById("open-keys"), toggle = document.getElementById("switch-keys");
  const items = () => [...document.querySelectorAll("[data-item]")];
  const linkOf = (item) => item.querySelector("a[href]");
  const isOff = () => localStorage.getItem(OFF) === "yes";
  let at = -1, wentAt = -Infinity;
  const choose = (to) => {
    const all = items();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, to));
    all.forEach((item, i) => item.classList.toggle("chosen", i === at));
    linkOf(all[at])?.focus();
    all[at].scrollIntoView({ block: "nearest" });
  };
  // The page that follows a button, and the way back from an item, begin at the same item.
  const remember = () => {
    const item = items()[at];
    if (item) sessionStorage.setItem(CHOSEN, JSON.stringify([location.pathname, linkOf(item)?.href, at]));
  };
  const recall = () => {
    const [path, href, index] = JSON.parse(sessionStorage.getItem(CHOSEN) || "[]");
    if (path !== location.pathname) return;
    sessionStorage.removeItem(CHOSEN);
    const place = items().findIndex((item) => linkOf(item)?.href === href);
    choose(place < 0 ? index : place);
  };
  const press = (key) => {
    const item = items()[at], button = (item || document.querySelector("main")).querySelector(`button[data-key="${CSS.escape(key)}"]`);
    // Without a chosen item, a key must not press the button of the first one.
    if (button && (item || !button.closest("[data-item]"))) { remember(); button.click(); }
  };
  const back = () => {
    if (document.referrer.startsWith(`${location.origin}/console/`) && history.length > 1) history.back();
    else document.querySelector("nav a[aria-current]")?.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isOff() || event.target.closest(TYPING)) return;
    const goes = event.timeStamp - wentAt < 2000;
    wentAt = event.key === "g" ? event.timeStamp : -Infinity;
    const section = goes && document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
    if (section) section.click();
    else if (event.key === "j") choose(at + 1);
    else if (event.key === "k") choose(at - 1);
    else if (event.key === "o" && items()[at]) { remember(); linkOf(items()[at])?.click(); }
    else if (event.key === "u") back();
    else if (event.key === "/") { event.preventDefault(); document.getElementById("q")?.focus(); }
    else if (event.key === "?") dialog?.showModal();
    else if (/^[a-z]$/.test(event.key)) press(event.key);
  });
  const say = () => { if (toggle) toggle.setAttribute("aria-pressed", String(isOff())); };
  opener?.removeAttribute("hidden");
  opener?.addEventListener("click", () => dialog?.showModal());
  toggle?.addEventListener("click", () => { localStorage.setItem(OFF, isOff() ? "no" : "yes"); say(); });
  say();
  recall();
})();
