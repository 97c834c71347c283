// What a server answers that listens and has no books yet.
import { describe, expect, it } from "vitest";
import { starting } from "../../src/node/serve.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";

describe("an exchange that is starting", () => {
  it.each(["/taxii2/", "/api/", "/api/collections/threat-reports/objects/?limit=1"])(
    "asks to try again in TAXII's own words at %s",
    async (path) => {
      const answer = starting(new Request(`http://localhost${path}`));
      expect(answer.status).toBe(503);
      expect(answer.headers.get("content-type")).toBe(taxiiMediaType);
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(await answer.json()).toMatchObject({ title: "Not available", http_status: "503" });
    },
  );

  it("asks to try again in problem details elsewhere", async () => {
    const answer = starting(new Request("http://localhost/v1/me"));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ status: 503, detail: "The exchange is starting; try again." });
  });
});
