// What a command has of the world: where it prints, what it was called with. Passed in, so that commands run in tests and in
// the demo as they do in a shell.
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves when the user interrupts. */
  interrupted(): Promise<void>;
}

/** Exit codes that mean something, as --help tells them. */
export const exit = {
  done: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  credentials: 4,
  unreachable: 5,
  unproved: 6,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

export function print(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value)}\n`);
}
