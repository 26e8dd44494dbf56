// Loaded before a Flits by `--require`: its machine's clock is off by CLOCK_OFF_SECONDS. Monotonic time stays as it is.
const offMs = Number(process.env.CLOCK_OFF_SECONDS ?? 0) * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RealDate.now() + offMs]));
  }
  static now() {
    return RealDate.now() + offMs;
  }
};
