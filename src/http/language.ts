// The language of an answer's sentences (RFC 9110 §12.5.4): the request's preference, without weights.
import { isLanguage } from "../messages/messages.ts";
import type { Language } from "../messages/message.ts";
import type { Door } from "./door.ts";

/** The first language of the request that the exchange speaks; English where it names none. */
export function languageOf(door: Door): Language {
  const wanted = (door.request.headers.get("accept-language") ?? "").slice(0, 200).split(",");
  for (const tag of wanted) {
    const primary = (tag.split(";")[0] ?? "").trim().toLowerCase().split("-")[0] ?? "";
    if (isLanguage(primary)) return primary;
  }
  return "en";
}
