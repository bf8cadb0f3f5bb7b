// The spectra of an image: a canvas that zooms. Each column of the screen shows the lowest and the highest of
// the points that fall on it, so that no peak is lost however far out the view is.

const HEIGHT = 300;
const MARGIN = { left: 62, right: 26, top: 10, bottom: 40 };
const MIN_POINTS = 8; // of the narrowest view

class SpectrumView {
  // `axis`: m/z of the points. `series`: [{ name, kind, values, shown }]. `marks`: m/z of the bins, ascending.
  constructor(axis, series, marks, label) {
    this.axis = axis;
    this.series = series;
    this.marks = marks;
    this.root = false; // square-root scale
    this.showMarks = true;
    this.view = [axis[0], axis[axis.length - 1]];
    this.selection = null;
    this.canvas = element("canvas", {
      class: "spectrum",
      tabindex: "0",
      role: "img",
      "aria-label": `${label}. Arrow keys move, plus and minus zoom, 0 shows all.`,
    });
    this.readout = element("output", { class: "readout" }, " ");
    this.holder = element("div", { class: "chart" }, this.canvas);
    drawIn(this.holder, (width) => this.resize(width));
    this.listen();
  }

  resize(width) {
    this.width = width;
    const density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(HEIGHT * density);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    this.canvas.getContext("2d").setTransform(density, 0, 0, density, 0, 0);
    this.draw();
  }

  get plotWidth() {
    return this.width - MARGIN.left - MARGIN.right;
  }
  get plotBottom() {
    return HEIGHT - MARGIN.bottom;
  }
  toX(mz) {
    const [low, high] = this.view;
    const share = high > low ? (mz - low) / (high - low) : 0.5; // an axis may be one channel
    return MARGIN.left + share * this.plotWidth;
  }
  toMz(x) {
    return this.view[0] + ((x - MARGIN.left) / this.plotWidth) * (this.view[1] - this.view[0]);
  }
  scaled(value) {
    return this.root ? Math.sqrt(Math.max(value, 0)) : value;
  }
  toY(value) {
    return this.plotBottom - (this.scaled(value) / this.scaled(this.high)) * (this.plotBottom - MARGIN.top);
  }

  // The points in view, and one more on either side.
  range() {
    const first = Math.max(lowerBound(this.axis, this.view[0]) - 1, 0);
    const last = Math.min(lowerBound(this.axis, this.view[1]) + 1, this.axis.length);
    return [first, last];
  }

  draw() {
    if (!this.width) return;
    const context = this.canvas.getContext("2d");
    const [first, last] = this.range();
    const shown = this.series.filter((one) => one.shown);
    this.high = 0;
    for (const { values } of shown)
      for (let i = first; i < last; ++i) if (values[i] > this.high) this.high = values[i];
    this.high = this.high > 0 ? this.high * 1.05 : 1;
    context.clearRect(0, 0, this.width, HEIGHT);
    this.drawAxes(context);
    context.save();
    context.beginPath();
    context.rect(MARGIN.left, 0, this.plotWidth, this.plotBottom + 8);
    context.clip();
    if (this.showMarks) this.drawMarks(context);
    for (const one of shown) this.drawTrace(context, one, first, last);
    this.drawSelection(context);
    context.restore();
  }

  drawAxes(context) {
    context.font = "12px system-ui, sans-serif";
    context.lineWidth = 1;
    const top = this.root ? Math.sqrt(this.high) : this.high;
    const side = ticks(0, top, 5);
    const values = side.values.map((value) => (this.root ? value * value : value));
    const label = this.root ? (value) => decimal(value, 3) : side.label;
    context.textAlign = "right";
    for (const value of values) {
      const y = Math.round(this.toY(value)) + 0.5;
      this.line(
        context,
        MARGIN.left,
        y,
        this.width - MARGIN.right,
        y,
        themeColor(value === 0 ? "axis" : "grid"),
      );
      context.fillStyle = themeColor("muted");
      context.fillText(label(value), MARGIN.left - 6, y + 4);
    }
    this.drawBottomAxis(context);
    context.save();
    context.translate(12, (MARGIN.top + this.plotBottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText("intensity", 0, 0);
    context.restore();
  }

  drawBottomAxis(context) {
    const { values, label } = ticksAcross(this.view[0], this.view[1], this.plotWidth);
    context.textAlign = "center";
    context.fillStyle = themeColor("muted");
    for (const value of values) {
      const x = Math.round(this.toX(value)) + 0.5;
      this.line(context, x, this.plotBottom, x, this.plotBottom + 4, themeColor("axis"));
      context.fillText(label(value), x, this.plotBottom + 20);
    }
    context.fillText("m/z", MARGIN.left + this.plotWidth / 2, HEIGHT - 4);
  }

  line(context, x1, y1, x2, y2, color) {
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  drawMarks(context) {
    const last = lowerBound(this.marks, this.view[1]);
    for (let i = lowerBound(this.marks, this.view[0]); i < last; ++i) {
      const x = this.toX(this.marks[i]);
      this.line(context, x, this.plotBottom + 1, x, this.plotBottom + 7, themeColor("mark"));
    }
  }

  drawTrace(context, { values, kind }, first, last) {
    context.strokeStyle = themeColor(kind);
    context.lineWidth = kind === "before" ? 1 : 1.25;
    context.lineJoin = "round";
    context.beginPath();
    if (last - first <= 2 * this.plotWidth) {
      for (let i = first; i < last; ++i) context.lineTo(this.toX(this.axis[i]), this.toY(values[i]));
    } else {
      this.traceColumns(context, values, first, last);
    }
    context.stroke();
    context.lineWidth = 1;
  }

  // Enters a column at its first point, goes through its extremes in their order, and leaves at its last.
  traceColumns(context, values, first, last) {
    for (let i = first; i < last;) {
      const column = Math.floor(this.toX(this.axis[i]));
      let least = i;
      let most = i;
      let end = i;
      for (; end < last && Math.floor(this.toX(this.axis[end])) === column; ++end) {
        if (values[end] < values[least]) least = end;
        if (values[end] > values[most]) most = end;
      }
      for (const point of [i, Math.min(least, most), Math.max(least, most), end - 1]) {
        context.lineTo(column + 0.5, this.toY(values[point]));
      }
      i = end;
    }
  }

  drawSelection(context) {
    if (!this.selection) return;
    const [from, to] = this.selection;
    context.fillStyle = themeColor("selection");
    context.fillRect(Math.min(from, to), MARGIN.top, Math.abs(to - from), this.plotBottom - MARGIN.top);
  }

  show(low, high) {
    const [first, last] = [this.axis[0], this.axis[this.axis.length - 1]];
    const middle = clamp(lowerBound(this.axis, (low + high) / 2), 0, this.axis.length - 1);
    const narrowest =
      (this.axis[Math.min(middle + MIN_POINTS, this.axis.length - 1)] -
        this.axis[Math.max(middle - MIN_POINTS, 0)]) /
      2;
    const width = clamp(high - low, Math.min(narrowest, last - first), last - first);
    const from = clamp((low + high - width) / 2, first, last - width);
    this.view = [from, from + width];
    this.draw();
  }

  zoom(factor, around = (this.view[0] + this.view[1]) / 2) {
    this.show(around + (this.view[0] - around) * factor, around + (this.view[1] - around) * factor);
  }

  pan(share) {
    const by = (this.view[1] - this.view[0]) * share;
    this.show(this.view[0] + by, this.view[1] + by);
  }

  reset() {
    this.show(this.axis[0], this.axis[this.axis.length - 1]);
  }

  listen() {
    const place = (event) =>
      clamp(event.clientX - this.canvas.getBoundingClientRect().left, MARGIN.left, this.width - MARGIN.right);
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      this.canvas.setPointerCapture(event.pointerId);
      this.selection = [place(event), place(event)];
    });
    this.canvas.addEventListener("pointermove", (event) => {
      this.tell(this.toMz(place(event)));
      if (!this.selection) return;
      this.selection[1] = place(event);
      this.draw();
    });
    this.canvas.addEventListener("pointerup", () => this.endSelection());
    this.canvas.addEventListener("pointercancel", () => {
      this.selection = null;
      this.draw();
    });
    this.canvas.addEventListener("dblclick", () => this.reset());
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        // The page scrolls past the spectrum; who wants to zoom has it in focus or holds a key.
        if (document.activeElement !== this.canvas && !event.ctrlKey && !event.shiftKey) return;
        event.preventDefault();
        this.zoom(1.2 ** clamp((event.deltaY || event.deltaX) / 60, -3, 3), this.toMz(place(event)));
      },
      { passive: false },
    );
    this.canvas.addEventListener("keydown", (event) => {
      const action = {
        ArrowLeft: () => this.pan(-0.15),
        ArrowRight: () => this.pan(0.15),
        ArrowUp: () => this.zoom(0.7),
        ArrowDown: () => this.zoom(1 / 0.7),
        "+": () => this.zoom(0.7),
        "=": () => this.zoom(0.7),
        "-": () => this.zoom(1 / 0.7),
        0: () => this.reset(),
        Home: () => this.reset(),
      }[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
  }

  endSelection() {
    if (!this.selection) return;
    const [from, to] = this.selection;
    this.selection = null;
    if (Math.abs(to - from) < 4) return this.draw();
    return this.show(this.toMz(Math.min(from, to)), this.toMz(Math.max(from, to)));
  }

  tell(mz) {
    const above = clamp(lowerBound(this.axis, mz), 0, this.axis.length - 1);
    const point = above > 0 && mz - this.axis[above - 1] < this.axis[above] - mz ? above - 1 : above;
    const values = this.series
      .filter((one) => one.shown)
      .map((one) => `${one.name} ${decimal(one.values[point])}`);
    this.readout.textContent = `m/z ${mass(this.axis[point])}: ${values.join(", ")}`;
  }
}
