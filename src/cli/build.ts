// Makes the package's plain JavaScript: the command line, the threads of the journal and the log beside it, and the launcher. Dependencies stay
// packages; Node refuses to strip types below node_modules, so the package cannot ship TypeScript.
import { build } from "esbuild";

await build({
  entryPoints: {
    serai: "src/cli/launch.ts",
    "serai-main": "src/cli/main.ts",
    "journal-thread": "src/node/journal-thread.ts",
    "integrator-thread": "src/node/integrator-thread.ts",
  },
  outdir: "dist",
  bundle: true,
  packages: "external",
  external: ["./serai-main.js"],
  platform: "node",
  format: "esm",
  target: "node24",
});
