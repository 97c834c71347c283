import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatScopes,
  grantScopes,
  parseRole,
  parseScopes,
  requireScope,
  roles,
  scopeLengthMax,
  scopes,
  scopesOf,
} from "../../src/auth/scope.ts";
import { claimLengthMax } from "../../src/auth/claims.ts";
import type { Role, Scope } from "../../src/auth/scope.ts";
import { refusalOf } from "./refusal-of.ts";

describe("the table of roles", () => {
  // Written out a second time on purpose: who may do what changes in two places or not at all.
  const expected: { readonly [R in Role]: string } = {
    contributor: "taxii:read taxii:write acknowledge recall preview explain receipts approve intake log",
    analyst: "taxii:read feedback search export acknowledge receipts log",
    steward: "acknowledge preview explain receipts policy contacts clients approve intake terms:sign log",
    secretariat: "members stewards circles collections commons terms audit log",
    witness: "log cosign",
    operator: "log settings exchange-keys backup",
  };

  it.each(roles)("gives a %s its scopes", (role) => {
    expect(
      formatScopes([...scopesOf(role)])
        .split(" ")
        .toSorted(),
    ).toEqual(expected[role].split(" ").toSorted());
  });

  it.each(["secretariat", "operator", "witness"] as const)("gives a %s no content", (role) => {
    const content: readonly Scope[] = [
      "taxii:read",
      "taxii:write",
      "feedback",
      "search",
      "export",
      "recall",
      "preview",
    ];
    expect(scopesOf(role).filter((scope) => content.includes(scope))).toEqual([]);
  });

  it("gives every scope to somebody, and all scopes of a role fit into one claim", () => {
    expect(scopes.filter((scope) => !roles.some((role) => scopesOf(role).includes(scope)))).toEqual([]);
    for (const role of roles) expect(formatScopes(scopesOf(role)).length).toBeLessThanOrEqual(claimLengthMax);
  });

  it("names scopes with the characters of RFC 6749 §3.3", () => {
    for (const scope of scopes) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it("lists the scopes of each role in the order of all scopes", () => {
    for (const role of roles) expect(scopesOf(role)).toEqual(scopes.filter((scope) => scopesOf(role).includes(scope)));
  });
});

describe("a role", () => {
  it.each(roles)("is known by its name: %s", (role) => expect(parseRole(role)).toBe(role));
  it.each(["", "Analyst", "admin", "constructor", "__proto__", null, undefined, 1, ["analyst"]])(
    "is not %j",
    (name) => {
      expect(parseRole(name)).toBeNull();
    },
  );
});

describe("granting scopes", () => {
  it("gives all of the role when none are asked for", () => {
    expect(grantScopes("analyst", undefined)).toEqual(scopesOf("analyst"));
  });

  it("gives what was asked for, in one order", () => {
    expect(grantScopes("analyst", "log taxii:read")).toEqual(["taxii:read", "log"]);
  });

  it("gives any set of the role's scopes, and refuses any set that holds another one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...roles),
        fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1 }),
        async (role, asked) => {
          const foreign = asked.some((scope) => !scopesOf(role).includes(scope));
          const refusal = await refusalOf(() => {
            expect(new Set(grantScopes(role, asked.join(" ")))).toEqual(new Set(asked));
          });
          expect(refusal?.code).toBe(foreign ? "invalid-scope" : undefined);
        },
      ),
    );
  });

  it.each([
    ["empty", ""],
    ["a scope of another role", "policy"],
    ["one good and one of another role", "taxii:read policy"],
    ["unknown", "everything"],
    ["a wildcard", "taxii:*"],
    ["in another case", "TAXII:READ"],
    ["twice", "log log"],
    ["two spaces", "taxii:read  log"],
    ["a space before", " log"],
    ["a space after", "log "],
    ["a tab", "taxii:read\tlog"],
    ["a comma", "taxii:read,log"],
    ["a name of the prototype", "constructor"],
  ])("refuses a scope that is %s", async (_, text) => {
    expect(await refusalOf(() => grantScopes("analyst", text))).toMatchObject({
      code: "invalid-scope",
      subject: "scope",
    });
  });

  it("refuses a scope that is too long before it looks at its words", async () => {
    const refusal = await refusalOf(() => grantScopes("analyst", "log ".repeat(scopeLengthMax)));
    expect(refusal).toMatchObject({ code: "invalid-scope" });
    expect(refusal?.message).toContain(String(scopeLengthMax));
  });

  it("answers alike to a scope of others and to one that does not exist", async () => {
    const foreign = await refusalOf(() => grantScopes("analyst", "backup"));
    const unknown = await refusalOf(() => grantScopes("analyst", "nothing"));
    expect(foreign?.message).toBe(unknown?.message);
  });

  it("parses what it formats", () => {
    fc.assert(
      fc.property(fc.subarray([...scopes], { minLength: 1 }), (some) => {
        expect(parseScopes(formatScopes(some), scopes)).toEqual(some);
      }),
    );
  });
});

describe("requiring a scope", () => {
  const caller = { scopes: new Set(scopesOf("analyst")) };

  it("lets a caller pass that holds it, or one of several", () => {
    expect(() => requireScope(caller, "taxii:read")).not.toThrow();
    expect(() => requireScope(caller, "taxii:write", "feedback")).not.toThrow();
  });

  it("refuses any other and names what is missing", async () => {
    expect(await refusalOf(() => requireScope(caller, "policy"))).toMatchObject({
      code: "forbidden",
      rule: "scope",
      subject: "policy",
    });
    expect(await refusalOf(() => requireScope({ scopes: new Set() }, "log", "audit"))).toMatchObject({
      subject: "log",
    });
  });
});
