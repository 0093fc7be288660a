/** What is too long, or was cut off, or is not what it says it is. */
export class InflateError extends Error {
  override readonly name = "InflateError";
}

/** Bytes that are being decompressed, up to a limit: what takes a kilobyte may become gigabytes. */
export class Inflated {
  readonly #limit: number;
  #bytes: Buffer;
  #length = 0;

  /** @param limit in bytes */
  constructor(limit: number, expected: number) {
    this.#limit = limit;
    this.#bytes = Buffer.allocUnsafe(Math.min(limit, expected));
  }

  get length(): number {
    return this.#length;
  }

  /** @throws InflateError if there are too many */
  append(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /**
   * Appends what is there already, from a distance before the end. It may be longer than the distance: then it repeats.
   *
   * @throws InflateError if there is nothing so far back, or there are too many
   */
  repeat(distance: number, length: number): void {
    if (distance <= 0 || distance > this.#length) throw new InflateError("refers to bytes that are not there");
    this.#grow(length);
    for (let left = length; left > 0;) {
      const count = Math.min(left, distance);
      const from = this.#length - distance;
      this.#bytes.copyWithin(this.#length, from, from + count);
      this.#length += count;
      left -= count;
    }
  }

  toBuffer(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const needed = this.#length + by;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#limit) throw new InflateError(`is longer than ${this.#limit} bytes`);
    const larger = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(needed, 2 * this.#bytes.length)));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Reads bytes one after another. Each method throws an {@link InflateError} where they end too early. */
export class Bytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new InflateError("ends too early");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  /** An unsigned number of one to four bytes, the lowest first. */
  littleEndian(bytes: number): number {
    return this.take(bytes).readUIntLE(0, bytes);
  }
}
