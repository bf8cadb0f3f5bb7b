// What concerns the run as a whole.

function tile(label, value, note) {
  return element(
    "div",
    { class: "tile" },
    element("dt", {}, label),
    element("dd", {}, value, note ? element("small", {}, note) : null),
  );
}

// The least and the most of what several images have.
function span(values, format) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most === 0) return "–";
  return least === most ? format(most) : `${format(least)} – ${format(most)}`;
}

function headSection(run) {
  const images = run.quality.images;
  const names = images.map((image) => image.name);
  const title = names.length === 1 ? names[0] : `${names.length} images`;
  const pixels = sum(images.map((image) => image.pixels));
  const medians = images.map((image) => image.peaks_per_pixel?.quartiles[1]).filter(isNumber);
  document.title = `${title} – Fanfold quality report`;
  const started = new Date(run.started);
  const day = started.toLocaleDateString("en", { dateStyle: "long" });
  const time = started.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
  const date = `${day}, ${time}`;
  const retries = sum(run.stages.map((stage) => stage.retries));
  return element(
    "section",
    { id: "overview", "aria-label": "Overview" },
    element("h1", {}, title),
    element(
      "p",
      { class: "intro" },
      element("time", { datetime: run.started }, date),
      ` · job ${run.job} · Fanfold ${run.fanfold_version}` +
        (run.compat === "none" ? "" : ` · numbers as ${run.compat}`),
    ),
    element(
      "dl",
      { class: "tiles" },
      tile(
        names.length === 1 ? "Image" : "Images",
        count(names.length),
        `${bytes(run.dataset_bytes)} of spectra`,
      ),
      tile("Pixels", count(pixels)),
      tile(
        "Channels",
        span(
          run.quality.groups.map((group) => group.channels),
          count,
        ),
      ),
      medians.length > 0 ? tile("Peaks per pixel", span(medians, decimal), "median") : null,
      run.bins > 0 ? tile("Bins", count(run.bins)) : null,
      tile(
        "Time",
        duration(run.wall_seconds),
        `${duration(run.cpu_seconds)} CPU${retries > 0 ? `, calls repeated: ${count(retries)}` : ""}`,
      ),
    ),
    run.warnings.length > 0
      ? element(
          "div",
          { class: "notice", role: "note" },
          element("h2", {}, plural(run.warnings.length, "warning")),
          element(
            "ul",
            {},
            run.warnings.map((warning) => element("li", {}, warning)),
          ),
        )
      : null,
  );
}

const STAGE_COLUMNS = [
  ["Wall", "wall_seconds", duration],
  ["Map CPU", "map_cpu_seconds", duration],
  ["Reduce CPU", "reduce_cpu_seconds", duration],
  ["Calls", "calls", count],
  ["Retries", "retries", count],
  ["Read", "bytes_read", bytes],
  ["Written", "bytes_written", bytes],
  ["Partials", "redis_bytes", bytes],
  ["Memory", "peak_memory_bytes", bytes],
];
const BARS = new Set(["wall_seconds", "map_cpu_seconds", "reduce_cpu_seconds"]);

function meter(value, largest) {
  const fill = element("span", { class: "meter-fill" });
  fill.style.width = `${largest > 0 ? (100 * value) / largest : 0}%`;
  return element("span", { class: "meter", "aria-hidden": "true" }, fill);
}

function stageSection(run) {
  const several = run.stages.some((stage) => stage.group !== run.stages[0].group);
  // One scale for all times: a long stage looks long.
  const longest = Math.max(...run.stages.flatMap((stage) => [...BARS].map((name) => stage[name])), 0);
  const rows = run.stages.map((stage) =>
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        `${stage.name.replaceAll("_", " ")}${several ? ` (${stage.group})` : ""}`,
      ),
      STAGE_COLUMNS.map(([, name, format]) =>
        element("td", {}, format(stage[name]), BARS.has(name) ? meter(stage[name], longest) : null),
      ),
    ),
  );
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "Stage"),
    STAGE_COLUMNS.map(([name]) => element("th", { scope: "col" }, name)),
  );
  const totals = element(
    "tr",
    {},
    element("th", { scope: "row" }, "run"),
    STAGE_COLUMNS.map(([, name, format]) => {
      if (name === "wall_seconds") return element("td", {}, duration(run.wall_seconds));
      if (name === "peak_memory_bytes")
        return element("td", {}, bytes(Math.max(0, ...run.stages.map((stage) => stage[name]))));
      return element("td", {}, format(sum(run.stages.map((stage) => stage[name]))));
    }),
  );
  const caption =
    `CPU of the run: ${duration(run.cpu_seconds)} in all. Memory is that of the largest worker; ` +
    `the orchestrator's peak was ${bytes(run.orchestrator_peak_memory_bytes)}. ` +
    `${plural(run.cold_starts, "cold start")}. ${bytes(run.checksum_pass_bytes)} were read once more ` +
    "for checksums, beside later stages: times overlap.";
  return section(
    "timings",
    "Timings",
    card(
      null,
      caption,
      element(
        "div",
        { class: "scroller", tabindex: "0", role: "region", "aria-label": "Timings per stage" },
        element(
          "table",
          { class: "stages" },
          element("thead", {}, head),
          element("tbody", {}, rows),
          element("tfoot", {}, totals),
        ),
      ),
    ),
  );
}

function parameterSection(run) {
  const rows = [];
  const walk = (value, path) => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name);
    } else {
      rows.push(
        element(
          "div",
          { class: "pair" },
          element("dt", {}, path),
          element("dd", {}, typeof value === "string" ? value : JSON.stringify(value)),
        ),
      );
    }
  };
  walk(run.parameters, "");
  return section("parameters", "Parameters", card(null, null, element("dl", { class: "pairs" }, rows)));
}

function outputSection(run) {
  const files = [...run.images.flatMap((image) => image.outputs), ...run.outputs];
  return section(
    "outputs",
    "Files",
    card(
      "Inputs",
      null,
      element(
        "ul",
        { class: "files" },
        run.images.map((image) => element("li", {}, image.input)),
      ),
    ),
    card(
      "Outputs",
      null,
      element(
        "ul",
        { class: "files" },
        files.map((name) => element("li", {}, name)),
      ),
    ),
  );
}
