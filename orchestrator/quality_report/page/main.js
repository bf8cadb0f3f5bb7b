// Puts the page together.

function chooser(run, show) {
  const images = run.quality.images;
  const drawn = images.filter((image) => image.drawn);
  if (images.length < 2) return null;
  const tabs = drawn.map((image, i) => {
    const tab = button(image.name, () => select(i), {
      class: "button tab",
      role: "tab",
      id: `tab-${i}`,
      "aria-controls": "panel",
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (i + step + drawn.length) % drawn.length;
      select(next);
      tabs[next].focus();
    });
    return tab;
  });
  function select(chosen) {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === chosen));
      tab.tabIndex = i === chosen ? 0 : -1;
    });
    show(drawn[chosen], chosen);
  }
  const others = images.length - drawn.length;
  return {
    select,
    view: element(
      "div",
      { class: "chooser" },
      element("div", { role: "tablist", "aria-label": "Images", class: "tabs" }, tabs),
      others > 0
        ? element(
            "p",
            { class: "caption" },
            `The first ${drawn.length} images are drawn. Not drawn: ${images
              .filter((image) => !image.drawn)
              .map((image) => `${image.name} (${plural(image.pixels, "pixel")})`)
              .join(", ")}.`,
          )
        : null,
    ),
  };
}

function fillContents(sections) {
  const links = sections
    .filter((one) => one.id && one.querySelector("h2") && one.id !== "overview")
    .map((one) => element("a", { href: `#${one.id}` }, one.querySelector("h2").textContent));
  document.getElementById("contents").replaceChildren(...links);
}

function start() {
  const run = JSON.parse(document.getElementById("data").textContent);
  const content = document.getElementById("content");
  const panel = element("div", { id: "panel" });
  const tail = [calibrationSection(run), parameterSection(run), stageSection(run), outputSection(run)].filter(
    Boolean,
  );
  const show = (image, number) => {
    forget(panel);
    panel.replaceChildren(...imageSections(run, image));
    if (number !== undefined) {
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `tab-${number}`);
    }
    fillContents([...panel.children, ...tail]);
  };
  const tabs = chooser(run, show);
  content.append(headSection(run), ...(tabs ? [tabs.view] : []), panel, ...tail);
  if (tabs) tabs.select(0);
  else if (run.quality.images.length > 0) show(run.quality.images[0]);
}

setUpTheme();
start();
document.documentElement.dataset.errors = errors.join("\n");
document.documentElement.dataset.ready = "yes";
