import { randomBytes } from 'node:crypto';

/** Why a token is refused, in Slack's words. */
export type TokenProblem = 'invalid_auth' | 'token_revoked' | 'not_allowed_token_type';

/** The tokens the workspace gave out; made anew for each sandbox, so none of them can be a real one. */
export class Tokens {
  readonly bot = `xoxb-sandbox-${randomBytes(12).toString('hex')}`;
  readonly app = `xapp-sandbox-${randomBytes(12).toString('hex')}`;
  readonly #apps = new Set([this.app]);
  readonly #revoked = new Set<string>();

  /** One more app-level token, so that each of several bots can be told from the others. */
  issueAppToken(): string {
    const token = `xapp-sandbox-${randomBytes(12).toString('hex')}`;
    this.#apps.add(token);
    return token;
  }

  problemOf(token: string, wanted: 'bot' | 'app'): TokenProblem | undefined {
    if (this.#revoked.has(token)) return 'token_revoked';
    const kind = token === this.bot ? 'bot' : this.#apps.has(token) ? 'app' : undefined;
    if (kind === undefined) return 'invalid_auth';
    return kind === wanted ? undefined : 'not_allowed_token_type';
  }

  revoke(which: 'bot' | 'app'): void {
    for (const token of which === 'bot' ? [this.bot] : this.#apps) this.#revoked.add(token);
  }

  restore(): void {
    this.#revoked.clear();
  }
}
