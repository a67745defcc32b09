import type { ButtonSpec } from './button.ts';
import type { Catalog, Locale, PaiTrouble } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, join, type Line, line } from './line.ts';
import { composeMessage, type Message } from './message.ts';
import { cleanCode, cleanName, cut } from './outside-text.ts';

/**
 * What a notice is about: how to begin, what was wrong, what to do. `command` is the command's name as Slack sent it,
 * `again` the whole command line that asks once more.
 */
export type Notice =
  | { readonly kind: 'first-time' | 'help'; readonly command: string }
  | {
      readonly kind: 'unknown-verb';
      readonly command: string;
      readonly typed: string;
      readonly suggestion?: string;
    }
  | {
      readonly kind: 'no-target';
      readonly command: string;
      /** What was given instead of a run: nodes without their run, words that are no id. */
      readonly nodes: readonly string[];
      readonly names: readonly string[];
    }
  | { readonly kind: 'members-only' | 'who-are-you' | 'forgotten' | 'asking' | 'file-not-sent' }
  | { readonly kind: 'our-fault'; readonly supportCode: string; readonly again?: string }
  | {
      readonly kind: 'pai-trouble';
      readonly trouble: PaiTrouble;
      readonly code?: string;
      readonly requestId?: string;
      readonly again: string;
    };

/** Short answers that are no card and no list: how to begin, what was wrong, what to do. */
export function renderNotice(notice: Notice, locale: Locale): Message {
  const catalog = catalogFor(locale);
  switch (notice.kind) {
    case 'first-time':
      return composeMessage({
        lines: catalog.firstTime(notice.command),
        buttons: [help(notice.command, catalog)],
      });
    case 'help':
      return composeMessage({ lines: catalog.help(notice.command) });
    case 'unknown-verb':
      return composeMessage({
        lines: [catalog.unknownVerb(code(notice.typed))],
        buttons:
          notice.suggestion === undefined
            ? [help(notice.command, catalog)]
            : [suggest(notice.command, notice.suggestion, catalog), help(notice.command, catalog)],
      });
    case 'no-target':
      return composeMessage({
        lines: noTargetLines(notice, catalog),
        buttons: [help(notice.command, catalog)],
      });
    case 'members-only':
      return composeMessage({ lines: [catalog.membersOnly()] });
    case 'who-are-you':
      return composeMessage({ lines: [catalog.whoAreYou()] });
    case 'forgotten':
      return composeMessage({ lines: [catalog.forgotten()] });
    case 'file-not-sent':
      return composeMessage({ lines: [catalog.fileNotSent()] });
    case 'asking':
      return composeMessage({ lines: [catalog.asking()] });
    case 'our-fault':
      return composeMessage({
        lines: [line`${emoji('warning')} ${catalog.ourFault(notice.supportCode)}`],
        buttons: notice.again === undefined ? [] : [retry(notice.again, catalog)],
      });
    case 'pai-trouble':
      return composeMessage({
        lines: [line`${emoji('warning')} ${catalog.trouble(notice.trouble)}`],
        buttons: isWorthRetrying(notice.trouble) ? [retry(notice.again, catalog)] : [],
        small: join(
          [notice.code, notice.requestId].map((word) =>
            word === undefined ? undefined : [code(cleanCode(word))],
          ),
          ' · ',
        ),
      });
  }
}

function noTargetLines({ nodes, names }: Notice & { kind: 'no-target' }, catalog: Catalog): Line[] {
  const say = (words: readonly string[], sentence: Catalog['namesNotFound']): Line[] =>
    words.length === 0
      ? []
      : [sentence(words.slice(0, MOST_WORDS).map(code), Math.max(0, words.length - MOST_WORDS))];
  const lines = [...say(nodes, catalog.nodeWithoutRun), ...say(names, catalog.namesNotFound)];
  return lines.length === 0 ? [catalog.noTarget()] : lines;
}

/** Words repeated to whoever typed them; the rest is counted. Escaping can make each five times as long. */
const MOST_WORDS = 4;

function help(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.help, command: `${command} help` };
}

function suggest(command: string, text: string, { buttons }: Catalog): ButtonSpec {
  return {
    deed: 'ask',
    label: buttons.run(cut(cleanName(text), SHOWN_LABEL)),
    command: `${command} ${text}`,
  };
}

function retry(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.retry, command };
}

/** Slack shows about 30 characters of a label. */
const SHOWN_LABEL = 40;

/** A second try helps where PAI was busy or away, not where somebody must change something first. */
function isWorthRetrying({ kind }: PaiTrouble): boolean {
  return kind !== 'forbidden' && kind !== 'wrong-key' && kind !== 'wrong-clock';
}
