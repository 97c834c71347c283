// What is found in an object when it is contributed, and kept with its facts: personal data, and whom it affects by the networks
// that states have published by then. One contribution may be gathered twice; each object is looked at once.
import { listStateCodes } from "../directory/directory.ts";
import { parseNetwork } from "../directory/network.ts";
import { affectedBy, type PublishedNetworks } from "../policy/affected.ts";
import type { ContributedObject } from "../policy/facts.ts";
import { hasPersonal } from "../policy/personal.ts";
import type { StixObject } from "../stix/object.ts";
import type { DirectorySnapshot } from "../store/directory.ts";

type Found = Required<Pick<ContributedObject, "personal" | "affected">>;

export class Findings {
  readonly #published: readonly PublishedNetworks[];
  readonly #known = new Map<StixObject, Found>();

  constructor(directory: DirectorySnapshot) {
    this.#published = publishedIn(directory);
  }

  of(object: StixObject): Found {
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const found = { personal: hasPersonal(object), affected: affectedBy(object, this.#published) };
    this.#known.set(object, found);
    return found;
  }
}

/** The networks that a state published. */
export function networksOf(directory: DirectorySnapshot, code: string): PublishedNetworks["networks"] {
  return publishedIn(directory).find((one) => one.code === code)?.networks ?? [];
}

// Networks are read once for each snapshot of the directory.
const read = new WeakMap<DirectorySnapshot, readonly PublishedNetworks[]>();

/** What each state published; its country domain is known by its code. */
function publishedIn(directory: DirectorySnapshot): readonly PublishedNetworks[] {
  const known = read.get(directory);
  if (known !== undefined) return known;
  const published = listStateCodes(directory).map((code) => ({
    code,
    networks: (directory.networks.get(code) ?? []).flatMap((text) => parseNetwork(text) ?? []),
  }));
  read.set(directory, published);
  return published;
}
