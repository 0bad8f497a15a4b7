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

  // Paper is white.
  const root = document.documentElement;
  let theme;
  window.addEventListener("beforeprint", () => ([theme, root.dataset.theme] = [root.dataset.theme, "light"]));
  window.addEventListener("afterprint", () => (root.dataset.theme = theme));

  // A page that nobody builds again turns overdue by the reader's own clock.
  const day = new Date().toISOString().slice(0, 10);
  for (const due of document.querySelectorAll("[data-due]")) {
    if (day > due.dataset.due) due.append(" (overdue)");
  }

  window.addEventListener("load", nameScrollingBoxes);
  window.addEventListener("resize", nameScrollingBoxes);
});

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
