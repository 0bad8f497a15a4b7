// Text is shown in few ways and in thousands of places. Whether its contrast is enough depends on its own colors and
// those behind it, so axe judges three places of each way (the first, the middle and the last), and every field. A box
// that is taken out of the flow may lie on another that is not around it: its text is a way of its own.
() => {
  const backgrounds = new Map([[null, ""]]);
  const behind = (element) => {
    if (!backgrounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position, transform } = getComputedStyle(element);
      const plain = ["rgba(0, 0, 0, 0)", "none", "1", "static", "none"];
      const own = [backgroundColor, backgroundImage, opacity, position, transform];
      backgrounds.set(element, behind(element.parentElement) + (own.join() === plain.join() ? "" : [own, "/"]));
    }
    return backgrounds.get(element);
  };
  const look = (element) => {
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
    return [element.tagName, color, fontSize, fontWeight, textDecorationLine, textShadow];
  };

  document.querySelectorAll("[data-judged]").forEach((element) => element.removeAttribute("data-judged"));
  document.querySelectorAll("input, select, textarea, button").forEach((field) => (field.dataset.judged = ""));
  const ways = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const { width, height } = element.getBoundingClientRect();
    if (!texts.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true }) || width * height < 4) continue;
    const way = [look(element), look(element.parentElement), behind(element)].join();
    ways.set(way, [...(ways.get(way) ?? []), element]);
  }
  for (const places of ways.values())
    for (const place of [places[0], places[places.length >> 1], places[places.length - 1]]) place.dataset.judged = "";
}
