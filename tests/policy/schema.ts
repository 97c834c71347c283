// Holds documents against schemas/policy.schema.json with ajv, in a process of its own: ajv makes code from strings, which the
// tests' own process forbids as the edge does.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const program = `
  const Ajv = require(process.argv[1]);
  const schema = require(process.argv[2]);
  const validate = new Ajv.default({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);
  const chunks = [];
  process.stdin.on("data", (chunk) => chunks.push(chunk));
  process.stdin.on("end", () => {
    const documents = JSON.parse(Buffer.concat(chunks).toString());
    process.stdout.write(JSON.stringify(documents.map((document) => validate(document))));
  });
`;

/** Whether the schema takes each of the documents. */
export function schemaVerdicts(documents: readonly unknown[]): readonly boolean[] {
  const ajv = createRequire(import.meta.url).resolve("ajv/dist/2020");
  const schema = new URL("../../schemas/policy.schema.json", import.meta.url).pathname;
  const answer = execFileSync(process.execPath, ["-e", program, ajv, schema], {
    input: JSON.stringify(documents),
    maxBuffer: 1 << 26,
  });
  const verdicts: unknown = JSON.parse(answer.toString());
  if (!Array.isArray(verdicts) || !verdicts.every((verdict) => typeof verdict === "boolean")) {
    throw new Error("The schema's verdicts are no list of true and false.");
  }
  return verdicts;
}
