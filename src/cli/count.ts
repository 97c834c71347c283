// Numbers with their noun, as people write them.

/** "1 page", "2 pages", "0 pages". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
