// The spectra of an image, with what to choose.

function toggle(label, checked, onChange) {
  const box = element("input", { type: "checkbox" });
  box.checked = checked;
  box.addEventListener("change", () => onChange(box.checked));
  return element("label", { class: "toggle" }, box, label);
}

function choice(label, options, onChange) {
  const select = element(
    "select",
    {},
    options.map(([value, text]) => element("option", { value }, text)),
  );
  select.addEventListener("change", () => onChange(select.value));
  return element("label", { class: "toggle" }, label, select);
}

function spectrumCard(group, image) {
  const kinds = { mean: ["mean", "processed_mean"], base: ["base_peak", "processed_base_peak"] };
  if (!image.spectra?.mean || !group.axis) return null;
  const axis = decodeAxis(group.axis);
  const load = (kind) =>
    kinds[kind]
      .map(
        (name, i) =>
          image.spectra[name] && {
            name: i === 0 ? "input" : "preprocessed",
            kind: i === 0 ? "before" : "after",
            values: decodeTrace(image.spectra[name]),
            shown: true,
          },
      )
      .filter(Boolean);
  const view = new SpectrumView(
    axis,
    load("mean"),
    group.bins.map((bin) => bin.mz),
    `Spectra of ${image.name}`,
  );
  const redraw = (change) => (value) => {
    change(value);
    view.draw();
  };
  const shown = view.series.map((one, i) =>
    toggle(
      one.name,
      true,
      redraw((on) => {
        view.series[i].shown = on;
      }),
    ),
  );
  const controls = element(
    "div",
    { class: "controls" },
    choice(
      "Spectrum ",
      [
        ["mean", "mean of all pixels"],
        ["base", "highest of all pixels (skyline)"],
      ],
      redraw((kind) => {
        const visible = view.series.map((one) => one.shown);
        view.series = load(kind).map((one, i) => ({ ...one, shown: visible[i] }));
      }),
    ),
    choice(
      "Scale ",
      [
        ["linear", "linear"],
        ["root", "square root"],
      ],
      redraw((scale) => {
        view.root = scale === "root";
      }),
    ),
    view.series.length > 1 ? shown : null,
    group.bins.length > 0
      ? toggle(
          "bins",
          true,
          redraw((on) => {
            view.showMarks = on;
          }),
        )
      : null,
    element(
      "span",
      { class: "buttons" },
      button("−", () => view.zoom(1 / 0.6), { "aria-label": "Zoom out" }),
      button("+", () => view.zoom(0.6), { "aria-label": "Zoom in" }),
      button("Show all", () => view.reset()),
    ),
  );
  const run = group.axis.channels_per_point;
  const caption =
    `${count(group.axis.channels)} channels from m/z ${mass(group.axis.first_mz)} ` +
    `to ${mass(group.axis.last_mz)}` +
    (run > 1 ? `; a point is the highest of ${run} channels` : "") +
    ". Drag to zoom, double-click to see all; the wheel zooms while the spectrum has the focus, " +
    `keys are the arrows, +, − and 0.${group.bins.length > 0 ? " Ticks below the axis are bins." : ""}`;
  const colors =
    view.series.length > 1
      ? legend([
          ["input", "before"],
          ["preprocessed", "after"],
        ])
      : null;
  return card(null, caption, controls, colors, view.holder, view.readout);
}
