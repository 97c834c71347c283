// serai token: an access token for programs that cannot ask for one themselves.
import type { Command } from "commander";
import { type Common, examples, session, withSession } from "./command.ts";
import { type Io, print } from "./io.ts";

export function tokenCommand(program: Command, io: Io): void {
  examples(withSession(program.command("token").description("print an access token (five minutes at most)")), [
    'curl -H "Authorization: Bearer $(serai token --client kz.json)" http://localhost:8787/api/collections/',
  ]).action(async (options: Common) => {
    const { access_token, token_type, expires_in } = await (await session(io, options)).token();
    if (options.json === true) print(io, { access_token, token_type, expires_in });
    else io.out(`${access_token}\n`);
  });
}
