// The bins of the peak matrix: pictures of the most frequent, and the table of all.

function ionSection(group, image, imagesOfGroup) {
  if (!group.most_frequent?.length || !image.ion_grid) return null;
  const place = imagesOfGroup.filter((one) => one.drawn).indexOf(image);
  const cards = group.most_frequent.map(({ bin, maps }) => {
    const { mz, pixels, maximum } = group.bins[bin];
    const share = percent(pixels / group.pixels);
    const picture = pixelMap(image.ion_grid, maps[place], {
      scale: "viridis",
      format: (value) => decimal(value, 3),
      pixelSize: image.pixel_size_um,
      maxHeight: 240,
      highest: maximum,
      label: `Ion image of m/z ${mass(mz)}, a peak in ${share} of the pixels`,
    });
    return element(
      "div",
      { class: "card ion" },
      element("h3", {}, `m/z ${mass(mz)}`),
      element("p", { class: "caption" }, `a peak in ${share} of the pixels`),
      picture,
    );
  });
  const block = image.ion_grid.block;
  return section(
    "ions",
    "Most frequent bins",
    element(
      "p",
      { class: "intro" },
      `Ion images of the ${cards.length} bins found in most pixels of the group, with the intensities of ` +
        "the peak matrix. " +
        `Colours end at the 99.5 % quantile.` +
        (block > 1 ? ` A cell is the highest of ${block} × ${block} pixels.` : ""),
    ),
    element("div", { class: "grid4" }, cards),
  );
}

const BIN_COLUMNS = [
  ["m/z", (bin) => bin.mz, mass],
  ["Bin size", (bin) => bin.size, (value) => decimal(value, 3)],
  ["Peaks", (bin) => bin.peaks, count],
  ["Pixels", (bin) => bin.pixels, count],
  ["Share of pixels", (bin) => bin.share, (value) => `${(100 * value).toFixed(1)} %`],
  ["Mean intensity", (bin) => bin.mean, (value) => decimal(value)],
  ["Highest intensity", (bin) => bin.maximum, (value) => decimal(value)],
  [
    "Median deviation (ppm)",
    (bin) => bin.deviation_ppm?.median,
    (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)}`.replace("-", "−"),
  ],
  [
    "90 % spread (ppm)",
    (bin) => bin.deviation_ppm && bin.deviation_ppm.high - bin.deviation_ppm.low,
    (value) => value.toFixed(2),
  ],
];
const ROWS_PER_PAGE = 25;

class BinTable {
  constructor(group) {
    this.bins = group.bins.map((bin) => ({ ...bin, share: bin.pixels / group.pixels }));
    this.columns = BIN_COLUMNS.filter(([, value]) => this.bins.some((bin) => isNumber(value(bin))));
    this.sorted = { column: 0, ascending: true };
    this.page = 0;
    this.wanted = null;
    this.body = element("tbody");
    this.heads = this.columns.map(([name], i) =>
      element(
        "th",
        { scope: "col" },
        button(name, () => this.sortBy(i), { class: "sort" }),
      ),
    );
    this.position = element("span", { class: "position", "aria-live": "polite" });
    this.previous = button("Previous", () => this.turn(-1));
    this.next = button("Next", () => this.turn(1));
    this.fill();
  }

  sortBy(column) {
    const again = this.sorted.column === column;
    // Numbers are looked at from the largest; masses from the smallest.
    this.sorted = { column, ascending: again ? !this.sorted.ascending : column === 0 };
    const value = this.columns[column][1];
    const direction = this.sorted.ascending ? 1 : -1;
    const order = (a, b) => {
      const [left, right] = [value(a), value(b)];
      if (!isNumber(left) || !isNumber(right)) return Number(isNumber(right)) - Number(isNumber(left));
      return direction * (left - right) || a.mz - b.mz;
    };
    this.bins.sort(order);
    this.page = 0;
    this.fill();
  }

  turn(by) {
    this.page = clamp(this.page + by, 0, this.pages - 1);
    this.fill();
  }

  get pages() {
    return Math.max(Math.ceil(this.bins.length / ROWS_PER_PAGE), 1);
  }

  // Turns to the bin nearest to the mass.
  find(mz) {
    const distance = (bin) => Math.abs(bin.mz - mz);
    this.wanted = this.bins.reduce((best, bin) => (distance(bin) < distance(best) ? bin : best));
    this.page = Math.floor(this.bins.indexOf(this.wanted) / ROWS_PER_PAGE);
    this.fill();
    this.body.querySelector(".found")?.scrollIntoView({ block: "nearest" });
  }

  fill() {
    const first = this.page * ROWS_PER_PAGE;
    const rows = this.bins.slice(first, first + ROWS_PER_PAGE).map((bin) =>
      element(
        "tr",
        { class: bin === this.wanted ? "found" : null },
        this.columns.map(([, value, format], i) => {
          const number = value(bin);
          return element(
            i === 0 ? "th" : "td",
            i === 0 ? { scope: "row" } : {},
            isNumber(number) ? format(number) : "–",
          );
        }),
      ),
    );
    this.body.replaceChildren(...rows);
    this.heads.forEach((head, i) => {
      if (i === this.sorted.column)
        head.setAttribute("aria-sort", this.sorted.ascending ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    const shown = `${count(first + 1)}–${count(first + rows.length)}`;
    this.position.textContent = `${shown} of ${count(this.bins.length)}`;
    this.previous.disabled = this.page === 0;
    this.next.disabled = this.page + 1 >= this.pages;
  }

  get view() {
    const search = element("input", { type: "number", step: "any", min: "0", placeholder: "e.g. 798.54" });
    const form = element(
      "form",
      { class: "controls" },
      element("label", { class: "toggle" }, "Nearest to m/z ", search),
      element("button", { type: "submit", class: "button" }, "Find"),
      element("span", { class: "buttons" }, this.previous, this.position, this.next),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (search.value !== "") this.find(Number(search.value));
    });
    const table = element(
      "table",
      {},
      element("caption", { class: "hidden" }, "Bins of the peak matrix"),
      element("thead", {}, element("tr", {}, this.heads)),
      this.body,
    );
    return [
      form,
      element("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Bins" }, table),
    ];
  }
}

function binSection(group) {
  if (!group.bins?.length) return null;
  const all = group.bins_in_all === group.bins.length;
  const caption =
    (all ? "All " : `The ${count(group.bins.length)} most frequent of `) +
    `${count(group.bins_in_all)} bins of the peak matrix` +
    (all ? "" : "; the table beside the matrix has all") +
    ". Peaks: how many were folded into the bin. Pixels: how many have a peak in it. Deviations: of sampled " +
    "pixels' peaks from the bin's mass. Headings sort the table.";
  return section("bins", "Bins", card(null, caption, ...new BinTable(group).view));
}
