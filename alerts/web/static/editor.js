// Completes the names of term sets in a query: a list opens behind $, arrows choose, Enter or Tab takes.
(() => {
  const field = document.querySelector("textarea[data-sets]");
  if (!field) return;
  const sets = JSON.parse(field.dataset.sets);
  const list = document.createElement("ul");
  list.className = "completions";
  list.id = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "$");
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let found = [], at = 0;
  const begun = () => (/\$[A-Za-z0-9_]*$/.exec(field.value.slice(0, field.selectionStart)) || [])[0];
  const close = () => { list.hidden = true; field.removeAttribute("aria-activedescendant"); };
  const show = () => {
    list.replaceChildren(...found.map((set, i) => {
      const item = document.createElement("li"), about = document.createElement("small");
      item.id = "completion-" + i;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(i === at));
      item.textContent = set.name;
      about.textContent = set.about;
      item.append(about);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); at = i; take(); });
      return item;
    }));
    list.hidden = !found.length;
    if (found.length) { field.setAttribute("aria-activedescendant", "completion-" + at); list.children[at].scrollIntoView({ block: "nearest" }); }
  };
  const look = () => {
    const start = begun();
    found = start ? sets.filter((s) => s.name.startsWith(start) && s.name !== start).slice(0, 12) : [];
    at = 0;
    show();
  };
  const take = () => {
    const start = begun(), end = field.selectionStart;
    field.setRangeText(found[at].name + " ", end - start.length, end, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // What is shown is marked as old from the first letter on, until what is true now has come.
  const tried = document.getElementById("tried");
  const mark = (old) => { tried?.classList.toggle("old", old); tried?.setAttribute("aria-busy", String(old)); };
  field.form.addEventListener("input", () => mark(true));
  document.addEventListener("htmx:afterSwap", () => mark(false));
  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length; show(); }
    else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(); }
    else if (event.key === "Escape") close();
  });
})();
