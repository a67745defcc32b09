import type { SandboxClient, Shown, ShownRun, StoredMessage } from './client.ts';
import { renderMessage } from './render.ts';
import type { Names } from './slack-text.ts';

/** A step of a story that did not show what it should. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
}

/** What a step must show, where, and at what cost. */
export interface Expected {
  /** Words that the rendered message must hold. */
  readonly words: readonly string[];
  /** Run ids that its blocks must hold, as links or buttons. */
  readonly ids: readonly string[];
  /** Who sees it; nothing = everybody in the channel. */
  readonly visibleTo: string | undefined;
  /** How many status calls PAIFlow must have had. */
  readonly statusCalls: number;
  /** How many ids those calls asked for. */
  readonly idsAsked: number;
}

/** Plays deeds, waits for what they should show, and tells all of it through `print`. */
export interface Story {
  readonly statusCalls: number;
  readonly messages: number;
  tell(text: string): void;
  /** Does `deed`; gives the message that shows what is expected, or throws a StoryFailure that names `step`. */
  act(step: string, deed: () => Promise<Shown>, expected: Expected): Promise<StoredMessage>;
}

/** How long the bot may take; a demo that waits longer is no demo. */
const PATIENCE_MS = 4000;

/** A story over one sandbox. */
export function createStory(client: SandboxClient, names: Names, print: (text: string) => void): Story {
  const totals = { statusCalls: 0, messages: 0 };

  async function act(step: string, deed: () => Promise<Shown>, expected: Expected): Promise<StoredMessage> {
    await client.clearJournal();
    const afterRevision = await client.revision();
    const shown = await deed();
    if (shown.outcome !== 'acked') {
      throw new StoryFailure(
        `${step}: expected the bot to answer Slack, Slack shows ${shown.outcome} ${shown.shown}`,
      );
    }
    const message = await waitForFacts(step, afterRevision, expected);
    print(indent(`@${names.user(message.user)}${audience(message)}`, '    '));
    print(`${indent(renderMessage(message, names, new Date()), '    │ ')}\n`);
    await checkCalls(step, expected);
    totals.messages += 1;
    return message;
  }

  async function waitForFacts(
    step: string,
    afterRevision: number,
    expected: Expected,
  ): Promise<StoredMessage> {
    try {
      return await client.waitForMessage((message) => missingFrom(message, expected).length === 0, {
        afterRevision,
        timeoutMs: PATIENCE_MS,
      });
    } catch {
      const seen = (await client.messages({ afterRevision })).filter((each) => each.isBot).at(-1);
      if (seen === undefined) throw new StoryFailure(`${step}: expected a message, the bot said nothing`);
      const text = renderMessage(seen, names, new Date());
      const missing = missingFrom(seen, expected).join(', ');
      throw new StoryFailure(`${step}: expected ${missing}; the bot said:\n${text}`);
    }
  }

  function missingFrom(message: StoredMessage, expected: Expected): readonly string[] {
    const text = renderMessage(message, names, new Date());
    const blocks = JSON.stringify(message.blocks);
    return [
      ...(message.isBot ? [] : ['a message of the bot']),
      ...(message.visibleTo === expected.visibleTo
        ? []
        : [`to be seen by ${expected.visibleTo ?? 'everybody'}`]),
      ...expected.words.filter((word) => !text.includes(word)).map((word) => JSON.stringify(word)),
      ...expected.ids.filter((id) => !blocks.includes(id)),
    ];
  }

  async function checkCalls(step: string, expected: Expected): Promise<void> {
    const calls = (await client.journal({ service: 'paiflow' })).filter(
      (entry) => entry.operation === 'ListPipelineRunsStatus',
    );
    const ids = calls.reduce((sum, entry) => sum + (entry.runs ?? 0) + (entry.nodes ?? 0), 0);
    totals.statusCalls += calls.length;
    if (calls.length === expected.statusCalls && ids === expected.idsAsked) return;
    const wanted = `${expected.statusCalls} status calls for ${expected.idsAsked} ids`;
    throw new StoryFailure(`${step}: expected ${wanted}, PAIFlow had ${calls.length} for ${ids}`);
  }

  return {
    get statusCalls() {
      return totals.statusCalls;
    },
    get messages() {
      return totals.messages;
    },
    tell: print,
    act,
  };
}

/** The link that the PAI console shows for a run. */
export function consoleLink(run: ShownRun): string {
  const place = `regionId=${run.region}&workspaceId=${run.workspaceId}`;
  return `https://pai.console.aliyun.com/?${place}#/studio/task/detail/${run.id}`;
}

function audience(message: StoredMessage): string {
  const edited = message.history.length > 0 ? ', in place' : '';
  return message.visibleTo === undefined ? ' (everybody sees it)' : ` (only you see it${edited})`;
}

function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}
