// A connection that breaks: forwards to a server and cuts where it is told to.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** answer: as soon as the first byte of an answer comes; request: after so many bytes of the request. */
export type CutAt = { readonly where: "answer" } | { readonly where: "request"; readonly bytes: number };

export interface CuttingProxy {
  readonly url: string;
  /** How many connections it has cut. */
  readonly cuts: () => number;
  close(): Promise<void>;
}

export async function openCuttingProxy(port: number, at: CutAt): Promise<CuttingProxy> {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    const cut = (): void => {
      if (!client.destroyed) cuts += 1;
      client.destroy();
      upstream.destroy();
    };
    let passed = 0;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
    client.on("data", (bytes) => {
      const room = at.where === "request" ? at.bytes - passed : bytes.length;
      passed += bytes.length;
      upstream.write(bytes.subarray(0, room), () => at.where === "request" && passed >= at.bytes && cut());
    });
    upstream.on("data", cut);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo; // of a TCP server that listens
  return {
    url: `http://127.0.0.1:${own}`,
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
