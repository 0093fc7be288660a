import type { Io } from "../io.js";

/**
 * The time of day, but never going back: where the clock is set back, this one goes on from where it was. Otherwise a wait until a
 * time would become longer by as much.
 */
export class SteadyClock {
  readonly #io: Pick<Io, "now">;
  #latest = 0;
  /** How far it is ahead of the clock by now, in milliseconds. */
  #ahead = 0;

  constructor(io: Pick<Io, "now">) {
    this.#io = io;
  }

  /** In milliseconds since 1970, as all its times. */
  now(): number {
    return this.reached(this.#latest);
  }

  /** Takes it for certain that it is a time, or later, whatever the clock says: somebody has slept until then. */
  reached(time: number): number {
    const now = this.#io.now() + this.#ahead;
    this.#latest = Math.max(now, time);
    this.#ahead += this.#latest - now;
    return this.#latest;
  }

  /** A time as the clock, which may have been set back, will show it. */
  shown(time: number): number {
    return time - this.#ahead;
  }
}
