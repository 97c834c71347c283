// A row of the bench's table: a ratio within one run, what it is of, the absolute figures, and its bar.
import type { Spread } from "./rounds.ts";

export interface Quantity extends Spread {
  readonly unit: string;
}

export interface Bar {
  readonly least?: number;
  readonly most?: number;
  /** A few bars are absolute. */
  readonly of?: "value";
}

export interface Row {
  readonly measure: string;
  /** What was divided by what. */
  readonly of: string;
  readonly ratio: Spread;
  readonly value: Quantity;
  readonly base: Quantity | null;
  readonly bar: Bar | null;
  readonly notes: readonly string[];
}

export function quantity(spread: Spread, unit: string): Quantity {
  return { ...spread, unit };
}

/** A figure that was counted, not timed. */
export function exact(value: number): Spread {
  return { median: value, low: value, high: value };
}

export function isMet({ ratio, value, bar }: Row): boolean | null {
  if (bar === null) return null;
  const { median } = bar.of === "value" ? value : ratio;
  return median >= (bar.least ?? -Infinity) && median <= (bar.most ?? Infinity);
}

export function formatRows(rows: readonly Row[]): string {
  const table = [
    ["measure", "ratio", "(low–high)", "bar", "", "value", "base", "of"],
    ...rows.map((row) => [
      row.measure,
      formatNumber(row.ratio.median),
      row.ratio.low === row.ratio.high ? "" : `(${formatNumber(row.ratio.low)}–${formatNumber(row.ratio.high)})`,
      formatBar(row),
      verdict(row),
      formatQuantity(row.value),
      row.base === null ? "" : formatQuantity(row.base),
      row.of,
    ]),
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const lines = table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const notes = rows.flatMap((row) => row.notes.map((note) => `  ${row.measure}: ${note}`));
  return `${lines.join("\n")}\n${notes.length === 0 ? "" : `\n${notes.join("\n")}\n`}`;
}

function verdict(row: Row): string {
  const met = isMet(row);
  return met === null ? "" : met ? "met" : "MISSED";
}

function formatBar({ bar, value }: Row): string {
  if (bar === null) return "";
  const unit = bar.of === "value" ? ` ${value.unit}` : "";
  return bar.least === undefined ? `≤ ${bar.most ?? ""}${unit}` : `≥ ${bar.least}${unit}`;
}

function formatQuantity({ median, unit }: Quantity): string {
  return `${formatNumber(median)} ${unit}`;
}

/** Three figures are more than the machine's noise lets one read. */
export function formatNumber(value: number): string {
  if (value >= 1000) return Number(value.toPrecision(3)).toLocaleString("en-US");
  return value.toPrecision(3);
}
