// Keys: j and k walk through the items of a page, o opens one, / searches, m marks one as read, s saves it, g and a letter go to a section, ? says so.
(() => {
  let at = -1, goes = false;
  const items = () => [...document.querySelectorAll("[data-item]")];
  const choose = (to) => {
    const all = items();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, to));
    all.forEach((item, i) => item.classList.toggle("chosen", i === at));
    const link = all[at].querySelector("a[href]");
    if (link) link.focus();
    all[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const keys = document.getElementById("keys");
    const section = goes && document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
    if (section) { location.href = section.href; return; }
    goes = event.key === "g";
    if (event.key === "j") choose(at + 1);
    else if (event.key === "k") choose(at - 1);
    else if (event.key === "o" && items()[at]) items()[at].querySelector("a[href]").click();
    else if ((event.key === "m" || event.key === "s") && items()[at]) items()[at].querySelector(`[data-key="${event.key}"]`)?.click();
    else if (event.key === "/") { event.preventDefault(); document.getElementById("q")?.focus(); }
    else if (event.key === "?") keys?.showModal();
  });
})();
