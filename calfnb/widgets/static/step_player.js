// What a player knows about time: which drill it is at and how long that lasts, from the clock and not from ticks.
class Course {
  constructor(steps) {
    this.steps = steps;
    this.restart();
  }
  restart() {
    this.index = 0;
    this.spent = 0; // milliseconds of the present drill before `since`
    this.since = null; // when it was last started, null while it stands
    this.done = false;
  }
  get running() { return this.since !== null; }
  get begun() { return this.running || this.index > 0 || this.spent > 0 || this.done; }
  get step() { return this.steps[this.index]; }
  get next() { return this.steps[this.index + 1]; }
  get length() { return 1000 * this.step.seconds; }
  // A clock that is set back never gives time twice.
  get elapsed() { return this.spent + (this.running ? Math.max(0, Date.now() - this.since) : 0); }
  get left() { return Math.max(0, this.length - this.elapsed); }
  get totalLeft() { return this.left + 1000 * this.steps.slice(this.index + 1).reduce((sum, step) => sum + step.seconds, 0); }

  start() {
    if (this.done) this.restart();
    this.since ??= Date.now();
  }
  pause() {
    this.spent = Math.min(this.elapsed, this.length);
    this.since = null;
  }
  go(index) {
    this.done = false;
    this.index = Math.min(Math.max(index, 0), this.steps.length - 1);
    this.spent = 0;
    if (this.running) this.since = Date.now();
  }
  /** Go as far as the clock is; without `goOn` it stands at the end of a drill. Tells what happened: "", "end", "step" or "done". */
  settle(goOn) {
    let what = "";
    while (this.running && this.elapsed >= this.length) {
      if (this.index === this.steps.length - 1) {
        this.pause();
        this.done = true;
        return "done";
      }
      if (!goOn) {
        this.pause();
        return "end";
      }
      this.spent = this.elapsed - this.length;
      this.since = Date.now();
      this.index += 1;
      what = "step";
    }
    return what;
  }
}

/** Minutes and seconds as on a clock; a second that has begun counts. */
function clock(ms) {
  const seconds = Math.ceil(ms / 1000 - 0.001);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Short tones without a file; a browser without sound stays silent. */
class Tones {
  constructor() { this.on = false; this.context = null; }
  set(on) {
    this.on = on;
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (on && Context) {
      this.context ??= new Context();
      this.context.resume?.();
    }
  }
  play(hertz, seconds) {
    if (!this.on || !this.context) return;
    const at = this.context.currentTime;
    const source = this.context.createOscillator();
    const volume = this.context.createGain();
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(0.2, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    source.connect(volume).connect(this.context.destination);
    source.start(at);
    source.stop(at + seconds);
  }
  close() { this.context?.close?.(); }
}

/** Keeps the screen awake where the browser can; elsewhere nothing happens. */
class Awake {
  constructor() { this.lock = null; this.wanted = false; }
  async set(wanted) {
    this.wanted = wanted;
    if (!wanted) { this.lock?.release?.().catch(() => {}); this.lock = null; return; }
    if (this.lock && !this.lock.released) return;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      if (this.wanted) this.lock = lock ?? null;
      else lock?.release?.().catch(() => {});
    } catch { /* refused: the battery is low, or the page is hidden */ }
  }
}
