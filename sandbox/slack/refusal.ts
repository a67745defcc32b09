import type { JsonObject } from '../json.ts';

/** A call that Slack answers with `{ok: false, error}`. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal';
  readonly code: string;
  /** Further members of the answer, such as `needed` and `provided`. */
  readonly more: JsonObject;

  constructor(code: string, more: JsonObject = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

/** A refusal that names each problem the way Slack does, in `response_metadata.messages`. */
export function refuseFor(code: string, problems: readonly string[]): SlackRefusal {
  return new SlackRefusal(code, {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}
