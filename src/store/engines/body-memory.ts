// Bodies of renditions, remembered as bytes. A rendition is written once and never changes (exact), so what the books said of
// one holds for ever; which of them stand on whose page is nothing that is remembered here. Relied on by engines/sqlite.ts.

/** Bytes of bodies that are remembered: all of the newest some ten thousands. */
export const BODIES_BYTES_MAX = 64 * 1_048_576;
/** A longer body is not remembered: it would take the place of many. */
export const BODY_BYTES_MAX = 65_536;

export interface Body {
  readonly object: number;
  readonly bytes: Uint8Array;
}

/**
 * What was not asked for since half of the room was filled is forgotten when it is filled again: two maps in turn cost nothing
 * to keep, where an order of use costs something at every look.
 */
export class BodyMemory {
  readonly #half: number;
  #young = new Map<number, Body>();
  #old = new Map<number, Body>();
  #youngBytes = 0;

  constructor(bytesMax: number = BODIES_BYTES_MAX) {
    this.#half = bytesMax / 2;
  }

  get(rendition: number): Body | undefined {
    const young = this.#young.get(rendition);
    if (young !== undefined) return young;
    const old = this.#old.get(rendition);
    if (old !== undefined) this.add(rendition, old);
    return old;
  }

  /** Remembers a copy, since what the books gave may be a part of something larger that would stay with it. */
  add(rendition: number, { object, bytes }: Body): void {
    if (bytes.length > BODY_BYTES_MAX) return;
    if (this.#youngBytes + bytes.length > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(rendition, { object, bytes: bytes.slice() });
    this.#youngBytes += bytes.length;
  }
}
