// Counters: named numbers that only rise, with labels from closed sets, so that no caller can make them grow in number or
// carry text of its own into them. Doors and acts count; where the samples go (a metrics page, a command) is theirs.

/** What is counted: for each name a sentence, and for each label all its values. */
export type CounterDefinitions = {
  readonly [name: string]: {
    readonly help: string;
    readonly labels: { readonly [label: string]: readonly string[] };
  };
};

type LabelsOf<D extends CounterDefinitions, N extends keyof D> = {
  readonly [L in keyof D[N]["labels"]]: D[N]["labels"][L][number];
};

export interface Counters<D extends CounterDefinitions> {
  /** Adds one, or `by`. @throws {TypeError} for a label value outside its set: a bug, since the sets are closed by type */
  add<N extends keyof D & string>(name: N, labels: LabelsOf<D, N>, by?: number): void;
  /** All counters that have counted, by name and label in the order of their definition. */
  samples(): readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Most combinations of label values of one counter. */
export const counterSeriesMax = 1000;

/**
 * Counters, all at zero.
 * @throws {TypeError} for names and values that text formats of metrics would have to escape, or too many combinations
 */
export function createCounters<const D extends CounterDefinitions>(definitions: D): Counters<D> {
  const values = new Map<string, Float64Array>();
  for (const [name, { help, labels }] of Object.entries(definitions)) {
    checkNames([name, ...Object.keys(labels)]);
    checkTexts([help, ...Object.values(labels).flat()]);
    const series = Object.values(labels).reduce((product, set) => product * set.length, 1);
    if (series < 1 || series > counterSeriesMax) throw new TypeError(`Counter ${name} has ${series} combinations.`);
    values.set(name, new Float64Array(series));
  }
  return {
    add(name, labels, by = 1) {
      const counted = values.get(name);
      const definition = definitions[name];
      if (counted === undefined || definition === undefined) throw new TypeError(`There is no counter ${name}.`);
      if (!(by >= 0)) throw new TypeError(`Counter ${name} only rises.`);
      let at = 0;
      for (const [label, set] of Object.entries(definition.labels)) {
        const value: unknown = Reflect.get(labels, label);
        const position = set.findIndex((known) => known === value);
        if (position < 0) throw new TypeError(`Counter ${name} has another set of values for ${label}.`);
        at = at * set.length + position;
      }
      counted[at] = (counted[at] ?? 0) + by;
    },
    samples() {
      const samples: Sample[] = [];
      for (const [name, counted] of values) {
        const labels = Object.entries(definitions[name]?.labels ?? {});
        for (const [at, value] of counted.entries()) {
          if (value > 0) samples.push({ name, labels: labelsAt(labels, at), value });
        }
      }
      return samples;
    },
  };
}

/** The samples as Prometheus text exposition format 0.0.4. Names and values are of closed sets, so nothing is escaped. */
export function formatCounters(definitions: CounterDefinitions, samples: readonly Sample[]): string {
  let text = "";
  for (const [name, { help }] of Object.entries(definitions)) {
    text += `# HELP ${name} ${help}\n# TYPE ${name} counter\n`;
    for (const sample of samples) {
      if (sample.name !== name) continue;
      const labels = Object.entries(sample.labels).map(([label, value]) => `${label}="${value}"`);
      text += `${name}${labels.length === 0 ? "" : `{${labels.join(",")}}`} ${sample.value}\n`;
    }
  }
  return text;
}

function labelsAt(labels: readonly (readonly [string, readonly string[]])[], at: number): Record<string, string> {
  const found: Record<string, string> = {};
  let rest = at;
  for (const [label, set] of labels.toReversed()) {
    found[label] = set[rest % set.length] ?? "";
    rest = Math.floor(rest / set.length);
  }
  return Object.fromEntries(Object.entries(found).toReversed());
}

function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new TypeError(`${name} is no name for a counter or a label.`);
  }
}

function checkTexts(texts: readonly string[]): void {
  for (const text of texts) {
    if (!/^[^\p{C}"\\]*$/u.test(text))
      throw new TypeError(`${JSON.stringify(text)} is no text for a counter or a label.`);
  }
}
