// What the theme's script leaves to do. Everything on a page can be read without it.

document.addEventListener("DOMContentLoaded", () => {
  const menus = [...document.querySelectorAll("details.book-menu")];
  const closeAll = (except) => menus.forEach((menu) => menu !== except && (menu.open = false));

  // A menu closes when one looks elsewhere, and gives the focus back on Escape.
  document.addEventListener("click", (event) => closeAll(event.target.closest("details.book-menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.book-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Paper is white, and has nothing folded but code.
  const root = document.documentElement;
  let theme, opened;
  window.addEventListener("beforeprint", () => {
    [theme, root.dataset.theme] = [root.dataset.theme, "light"];
    opened = [...document.querySelectorAll("details:is(.evidence, .long-table, .changes, .folded-references):not([open])")];
    opened.forEach((fold) => (fold.open = true));
  });
  window.addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    opened.forEach((fold) => (fold.open = false));
  });

  // A page that nobody builds again turns due and overdue by the reader's own clock.
  const day = new Date().toISOString().slice(0, 10);
  for (const due of document.querySelectorAll("[data-due]")) {
    if (day > due.dataset.overdue) due.append(" (overdue)");
    else if (day >= due.dataset.due) due.append(" (due)");
  }

  window.addEventListener("load", nameScrollingBoxes);
  window.addEventListener("resize", nameScrollingBoxes);
  document.addEventListener("toggle", nameScrollingBoxes, true);

  reveal();
  window.addEventListener("hashchange", reveal);
  keepFocus();
  tellState();
  tellNewer();
});

// A page of an archived version says what changed since; where the newest site cannot be reached, it says nothing.
async function tellNewer() {
  const [, book, version, page] = location.pathname.match(/^(.*\/)v\/(\d+\.\d+\.\d+)\/(.*)$/) ?? [];
  if (!version) return;
  const told = await fetch(`${book}versions.json`)
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  const since = told?.since?.[version] ?? [];
  if (!told || (told.newest === version && !since.length)) return;

  const make = (tag, ...children) => {
    const element = document.createElement(tag);
    element.append(...children);
    return element;
  };
  const chapter = page.split("/").pop().replace(/\.html$/, "");
  const here = since.filter(([name]) => name === chapter);
  const link = make("a", told.newest === version ? "The newest text" : `Version ${told.newest}`);
  link.href = book + page + location.hash;
  const notice = make("aside", make("p", `This is version ${version}, kept as it was. `, link, " is newer."));
  notice.className = "archived";
  notice.setAttribute("aria-label", "Newer version");
  if (since.length) {
    const says = here.length ? `On this page ${here.length}, in the book ${since.length}` : `In the book ${since.length}`;
    const shown = here.length ? here : since.slice(0, 20);
    const list = make("ul", ...shown.map(([, sentence]) => make("li", sentence)));
    notice.append(make("details", make("summary", `What changed since in what it concludes: ${says}`), list));
  }
  document.body.append(notice);
}

// Opens the folds around what a link leads to, and goes there again: closed, it had no place.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folds = [];
  for (let fold = target?.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])"))
    folds.push(fold);
  folds.forEach((fold) => (fold.open = true));
  if (!target || (!folds.length && target.matches(":target"))) return;
  location.replace(location.hash);
  target.tabIndex = -1;
  target.focus(); // Tab goes on from here
}

// The theme blurs its buttons; the focus stays where it was, or goes back to the button that opened a closed dialog.
function keepFocus() {
  const stay = (control) => document.activeElement === document.body && control.focus({ preventScroll: true });
  let opener;
  for (const button of document.querySelectorAll(".sidebar-toggle, .theme-switch-button, .search-button__button"))
    button.addEventListener("click", () => {
      opener = button;
      setTimeout(() => stay(button));
    });
  for (const dialog of document.querySelectorAll("dialog"))
    dialog.addEventListener("close", () => setTimeout(() => opener && stay(opener)));
}

// Toggles say whether what they open is open, and the color mode which one it is.
function tellState() {
  const tell = () => {
    for (const [name, side] of [["primary", "left"], ["secondary", "right"]]) {
      const [toggle] = document.querySelectorAll(`.${name}-toggle`);
      const sidebar = document.querySelector(`.bd-sidebar-${name}`);
      toggle?.setAttribute("aria-expanded", Boolean(sidebar?.checkVisibility({ visibilityProperty: true })));
    }
    for (const button of document.querySelectorAll(".theme-switch-button"))
      button.setAttribute("aria-label", `Color mode: ${document.documentElement.dataset.mode}`);
  };
  tell();
  const look = new MutationObserver(tell);
  const watched = { attributes: true, attributeFilter: ["open", "class", "data-mode"] };
  [document.documentElement, ...document.querySelectorAll("dialog, .bd-sidebar")].forEach((node) => look.observe(node, watched));
  window.addEventListener("resize", tell);
  document.addEventListener("transitionend", tell); // a sidebar is gone only when it has slid away
}

// A box that scrolls sideways can be reached by keyboard and says what it holds.
function nameScrollingBoxes() {
  const kinds = {
    pre: "Code or output",
    "div.math": "Formula",
    ".pst-scrollable-table-container, .cell_output > .output": "Table",
  };
  for (const [selector, kind] of Object.entries(kinds)) {
    const scrolling = [...document.querySelectorAll(selector)].filter(
      (box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto",
    );
    for (const box of scrolling) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", box.querySelector("caption .caption-text, caption")?.textContent ?? kind);
    }
  }
}
