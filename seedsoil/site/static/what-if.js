// A fold "What if …" is opened, by its reader or by an address with choices: only then is fetched what computes them.
{
  const here = document.currentScript.src;
  const chosen = new URLSearchParams(location.search);
  const begun = new WeakSet();

  const begin = async (fold) => {
    if (begun.has(fold)) return;
    begun.add(fold);
    const { open } = await import(new URL(`what-if-${fold.dataset.kind}.js`, here));
    await open(fold);
  };

  document.addEventListener("toggle", ({ target }) => target.matches(".what-if[open]") && begin(target), true);
  for (const fold of document.querySelectorAll(".what-if"))
    if (chosen.has(fold.dataset.name)) for (let box = fold; box; box = box.parentElement.closest("details")) box.open = true;
}
