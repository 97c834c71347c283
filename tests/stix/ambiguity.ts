// A proof that a regular expression takes time in proportion to the text: as an automaton it has no two states p and q so that
// one and the same text leads from p to p, from p to q and from q to q. Without such a pair the ways in which a text can be read
// are bounded, however long it is (Weber and Seidl, "On the degree of ambiguity of finite automata", 1991, criterion IDA), so
// that an engine that tries them one after the other does so in linear time.
// The automaton is that of positions (Glushkov). What begins anywhere in a text has a state before it that any character keeps;
// and a step that two repetitions allow, one in the other, is two ways.

/** The characters that may stand at a position, as a test of code units; and those that make a difference between positions. */
interface Position {
  readonly has: (code: number) => boolean;
}

interface Automaton {
  readonly first: ReadonlySet<number>;
  readonly last: ReadonlySet<number>;
  readonly nullable: boolean;
}

/** A pair of states that shows the expression to be slower than linear, in words; null where there is none. */
export function ambiguityOf(expression: RegExp): string | null {
  const parser = new Parser(expression);
  const root = parser.parse();
  const { positions, follow } = parser;
  // Text after the last bounds nothing, and text before the first is passed over by trying at each place.
  if (!parser.isAnchored) {
    const start = positions.push({ has: () => true }) - 1;
    follow.push(new Set([start, ...root.first]));
  }
  const classes = representatives(positions);
  const next = positions.map((_, state) =>
    classes.map((code) => [...(follow[state] ?? [])].filter((to) => positions[to]?.has(code) === true)),
  );
  for (const [from, to] of parser.doubled) {
    if (from === to || reachOf(next, to).has(from)) return `twice from position ${from} to ${to}`;
  }
  for (const [p, q] of pairs(next)) {
    if (reaches(next, [p, p, q], [p, q, q])) return `positions ${p} and ${q}`;
  }
  return null;
}

/** Pairs of different states, each of which comes back to itself, the first to the second. */
function* pairs(next: readonly (readonly (readonly number[])[])[]): Generator<readonly [number, number]> {
  const reach = next.map((_, from) => reachOf(next, from));
  for (const [p, from] of reach.entries()) {
    if (!from.has(p)) continue;
    for (const q of from) if (q !== p && reach[q]?.has(q) === true) yield [p, q];
  }
}

/** The states to which a text of one character at least leads. */
function reachOf(next: readonly (readonly (readonly number[])[])[], from: number): ReadonlySet<number> {
  const seen = new Set<number>();
  const left = [from];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    for (const to of (next[state] ?? []).flat()) {
      if (seen.has(to)) continue;
      seen.add(to);
      left.push(to);
    }
  }
  return seen;
}

/** Whether one text leads three walkers from their places to others. */
function reaches(
  next: readonly (readonly (readonly number[])[])[],
  from: readonly [number, number, number],
  to: readonly [number, number, number],
): boolean {
  const goal = to.join();
  const seen = new Set<string>();
  const left: (readonly [number, number, number])[] = [from];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const [a, b, c] = at;
    for (const [i] of (next[a] ?? []).entries()) {
      for (const x of next[a]?.[i] ?? []) {
        for (const y of next[b]?.[i] ?? []) {
          for (const z of next[c]?.[i] ?? []) {
            const place = [x, y, z] as const;
            const key = place.join();
            if (key === goal) return true;
            if (seen.has(key)) continue;
            seen.add(key);
            left.push(place);
          }
        }
      }
    }
  }
  return false;
}

/** One character for each way in which characters can differ between the positions. */
function representatives(positions: readonly Position[]): readonly number[] {
  const found = new Map<string, number>();
  // All of the first planes' rows, sparsely beyond ASCII and Latin: no class here has its edges elsewhere.
  for (let code = 0; code <= 0xffff; code += code < 0x3000 ? 1 : 61) {
    const kind = positions.map(({ has }) => (has(code) ? 1 : 0)).join("");
    if (!found.has(kind)) found.set(kind, code);
  }
  return [...found.values()];
}

/** Repetitions up to so many times are written out; above, they are read as without end, which is ambiguous no less. */
const writtenOutMax = 8;

class Parser {
  readonly positions: Position[] = [];
  readonly follow: Set<number>[] = [];
  readonly doubled: (readonly [number, number])[] = [];
  isAnchored = false;
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor({ source, flags }: RegExp) {
    this.#source = source;
    this.#flags = flags.replaceAll(/[gy]/g, "");
  }

  parse(): Automaton {
    const root = this.#alternatives(true);
    if (this.#at !== this.#source.length) throw new Error(`Not understood from ${this.#at} on: ${this.#source}`);
    return root;
  }

  #alternatives(isWhole = false): Automaton {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    if (isWhole) this.isAnchored = parts.length === 1 && this.#source.startsWith("^") && !this.#flags.includes("m");
    return {
      first: new Set(parts.flatMap(({ first }) => [...first])),
      last: new Set(parts.flatMap(({ last }) => [...last])),
      nullable: parts.some(({ nullable }) => nullable),
    };
  }

  #sequence(): Automaton {
    let whole: Automaton = { first: new Set(), last: new Set(), nullable: true };
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      whole = this.#joined(whole, this.#repeated());
    }
    return whole;
  }

  #joined(a: Automaton, b: Automaton): Automaton {
    this.#lead(a.last, b.first);
    return {
      first: a.nullable ? new Set([...a.first, ...b.first]) : a.first,
      last: b.nullable ? new Set([...a.last, ...b.last]) : b.last,
      nullable: a.nullable && b.nullable,
    };
  }

  #lead(last: ReadonlySet<number>, first: ReadonlySet<number>): void {
    for (const from of last) {
      for (const to of first) {
        if (this.follow[from]?.has(to) === true) this.doubled.push([from, to]);
        this.follow[from]?.add(to);
      }
    }
  }

  #repeated(): Automaton {
    const start = this.#at;
    const atom = this.#atom();
    const end = this.#at;
    const count = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at));
    if (count === null) return atom;
    this.#at += count[0].length;
    const after = this.#at;
    const [sign = "", least, comma, most] = count;
    if (sign.startsWith("?")) return { ...atom, nullable: true };
    const min = sign.startsWith("*") ? 0 : sign.startsWith("+") ? 1 : Number(least);
    const max = least === undefined || (comma === "," && most === "") ? Infinity : comma === "" ? min : Number(most);
    if (max <= writtenOutMax && !atom.nullable) {
      // A copy may be the last from the least number on; each is entered from the one before alone.
      const copies = [atom];
      while (copies.length < max) {
        const copy = this.#again(start, end);
        this.#lead(copies.at(-1)?.last ?? new Set(), copy.first);
        copies.push(copy);
      }
      this.#at = after;
      const last = new Set(copies.slice(Math.max(0, min - 1)).flatMap((copy) => [...copy.last]));
      return { first: atom.first, last, nullable: min === 0 };
    }
    this.#lead(atom.last, atom.first);
    return { ...atom, nullable: atom.nullable || min === 0 };
  }

  #again(start: number, end: number): Automaton {
    this.#at = start;
    const atom = this.#atom();
    if (this.#at !== end) throw new Error(`Not read twice alike: ${this.#source}`);
    return atom;
  }

  #atom(): Automaton {
    const rest = this.#source.slice(this.#at);
    // What takes no character bounds where others may stand; without it there are no fewer ways.
    const place = /^(?:[\^$]|\\[bB])/.exec(rest);
    if (place !== null) return this.#passed(place[0]);
    // At the start a look ahead takes nothing; what it reads is proved with the rest.
    if (rest.startsWith("(?!") && this.#at === 1) {
      this.#at += 3;
      this.#alternatives();
      if (!this.#takes(")")) throw new Error(`A group does not end: ${this.#source}`);
      return this.#passed("");
    }
    if (/^\((?:\?:|\?<[A-Za-z]|(?!\?))/.test(rest)) {
      this.#at += /^\((?:\?:|\?<[^>]*>)?/.exec(rest)?.[0].length ?? 0;
      const inner = this.#alternatives();
      if (!this.#takes(")")) throw new Error(`A group does not end: ${this.#source}`);
      return inner;
    }
    const one =
      /^(?:\[(?:[^\]\\]|\\.)*\]|\\(?:u\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[^1-9k])|[^()[\]{}*+?|\\])/s;
    const character = one.exec(rest)?.[0];
    if (character === undefined) throw new Error(`Not understood: ${rest}`);
    this.#at += character.length;
    const single = new RegExp(`^${character}$`, this.#flags);
    const position = this.positions.push({ has: (code) => single.test(String.fromCharCode(code)) }) - 1;
    this.follow.push(new Set());
    return { first: new Set([position]), last: new Set([position]), nullable: false };
  }

  #passed(text: string): Automaton {
    this.#at += text.length;
    return { first: new Set(), last: new Set(), nullable: true };
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
