// The version of the package, from its package.json: beside src in a checkout, beside dist in the package.
import { readFileSync } from "node:fs";

export function version(): string {
  const url = new URL(import.meta.url.endsWith(".ts") ? "../../package.json" : "../package.json", import.meta.url);
  const { version: text } = JSON.parse(readFileSync(url, "utf8")) as { version: string }; // our own file
  return text;
}
