#!/usr/bin/env node
// The package's bin: runs the command line on a Node that has node:sqlite. Under an older Node the one that came along as an
// optional dependency takes over; with Node 24 or later nothing of it is needed. Plain enough for the older Node itself.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const NODE_NEEDED = 24;
const main = new URL("./serai-main.js", import.meta.url);

if (Number(process.versions.node.split(".")[0]) >= NODE_NEEDED) await import(main.href);
else runOn(newerNode());

function newerNode(): string | null {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return null;
  }
}

function runOn(node: string | null): void {
  if (node === null) {
    process.stderr.write(
      `serai: Node ${NODE_NEEDED} or later is needed (this is ${process.version}), and none came along for this platform.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}
