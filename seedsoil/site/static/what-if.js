// A fold "What if …" is opened, by its reader or by an address with choices: only then, or when a pointer or the focus
// comes upon it, is fetched what computes them.
{
  const here = document.currentScript.src;
  const chosen = new URLSearchParams(location.search);
  const prepared = new Map(); // promises of the forms, by fold

  const prepare = (fold) => {
    if (!prepared.has(fold)) prepared.set(fold, import(new URL(`what-if-${fold.dataset.kind}.js`, here)).then(({ form }) => form(fold)));
    return prepared.get(fold);
  };
  const on = (event, selector, action) =>
    document.addEventListener(event, ({ target }) => target.matches?.(selector) && action(target), true);

  for (const event of ["pointerover", "focusin"]) on(event, ".what-if > summary", (summary) => prepare(summary.parentElement));
  on("toggle", ".what-if[open]", async (fold) => fold.append(await prepare(fold)));
  for (const fold of document.querySelectorAll(".what-if"))
    if (chosen.has(fold.dataset.name)) for (let box = fold; box; box = box.parentElement.closest("details")) box.open = true;
}
