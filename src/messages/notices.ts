import type { FilterProblem } from '../domain/filter/filter.ts';
import { formatPair } from '../domain/filter/tokens.ts';
import type { Run } from '../domain/run.ts';
import { type ButtonSpec, withCommand } from './button.ts';
import type { Catalog, Locale, NotInChannel, PaiTrouble, PartialAnswer, Verb } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, join, type Line, line, quote, type Span } from './line.ts';
import { composeMessage, type Message } from './message.ts';
import { cleanCode, cleanLabel, cleanName, cut } from './outside-text.ts';
import { linkedRun } from './states.ts';

/**
 * What a notice is about: how to begin, what was wrong, what to do. `command` is the command's name as Slack sent it,
 * `again` the whole command line that asks once more.
 */
export type Notice =
  | {
      readonly kind: 'unknown-verb';
      readonly command: string;
      readonly typed: string;
      readonly suggestion?: string;
    }
  /** Nodes were given, and no run that has them. */
  | { readonly kind: 'node-without-run'; readonly command: string; readonly nodes: readonly string[] }
  | { readonly kind: 'members-only' | 'who-are-you' | 'forgotten' | 'asking' }
  | { readonly kind: 'nothing-in-message' | 'file-not-sent' | 'file-unsure' | 'no-node' }
  | {
      readonly kind: 'filter-problem';
      readonly problem: FilterProblem;
      readonly command: string;
      readonly verb: Verb;
    }
  | { readonly kind: 'open-quote'; readonly typed: string }
  | { readonly kind: 'unknown-option'; readonly typed: string; readonly known: readonly string[] }
  | {
      readonly kind: 'bad-option';
      readonly typed: string;
      /** The whole option as it would be right: `tail:50`. */
      readonly example: string;
    }
  | {
      readonly kind: 'no-such-run';
      readonly names: readonly string[];
      /** Where was looked, as the settings call it. */
      readonly labels: readonly string[];
      readonly partial?: PartialAnswer;
      /** Set where not all runs were looked at. */
      readonly scanned?: { readonly read: number; readonly of: number };
      readonly command: string;
    }
  | {
      readonly kind: 'no-such-node';
      readonly run: Run;
      readonly typed: string;
      /** Names of the nodes it has. */
      readonly nodes: readonly string[];
    }
  | { readonly kind: 'which-run'; readonly command: string; readonly partial?: PartialAnswer }
  /** Something is to be watched, and nobody said what. */
  | { readonly kind: 'watch-what'; readonly command: string }
  /** Flowbell cannot speak where a run was to be watched. `join`, `retry` and `dm` are command lines. */
  | {
      readonly kind: 'not-here';
      readonly reason: NotInChannel;
      /** Brings Flowbell into a public channel and watches there. */
      readonly join?: string | undefined;
      readonly retry: string;
      readonly dm: string;
    }
  /** The store takes nothing, so nothing was changed. */
  | { readonly kind: 'cannot-save' }
  /** What one run cannot do, as it was typed. */
  | { readonly kind: 'not-of-one-run'; readonly typed: string }
  /** Somebody asked in a thread that Slack did not let us read. */
  | { readonly kind: 'thread-unread'; readonly command: string }
  | { readonly kind: 'log-too-large'; readonly url: string }
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
    case 'unknown-verb':
      return composeMessage({
        lines: [catalog.unknownVerb(code(notice.typed))],
        buttons:
          notice.suggestion === undefined
            ? [help(notice.command, catalog)]
            : [suggest(notice.command, notice.suggestion, catalog), help(notice.command, catalog)],
      });
    case 'node-without-run': {
      const { shown, more } = some(notice.nodes, MOST_WORDS);
      return composeMessage({
        lines: [catalog.nodeWithoutRun(shown, more)],
        buttons: [help(notice.command, catalog)],
      });
    }
    case 'members-only':
      return composeMessage({ lines: [catalog.membersOnly()] });
    case 'who-are-you':
      return composeMessage({ lines: [catalog.whoAreYou()] });
    case 'forgotten':
      return composeMessage({ lines: [catalog.forgotten()] });
    case 'asking':
      return composeMessage({ lines: [catalog.asking()] });
    case 'nothing-in-message':
      return composeMessage({ lines: [catalog.nothingInMessage()] });
    case 'file-not-sent':
      return composeMessage({ lines: [catalog.fileNotSent()] });
    case 'file-unsure':
      return composeMessage({ lines: [catalog.fileUnsure()] });
    case 'no-node':
      return composeMessage({ lines: [catalog.noNode()] });
    case 'filter-problem':
      return composeMessage({
        lines: catalog.filterProblem(notice.problem),
        buttons: [...fixes(notice, catalog), helpFor(notice, catalog)],
      });
    case 'open-quote':
      return composeMessage({ lines: [catalog.openQuote(quote(notice.typed))] });
    case 'unknown-option': {
      const known = notice.known.slice(0, MOST_OPTIONS).map((each) => code(cleanLabel(each)));
      return composeMessage({ lines: [catalog.unknownOption(code(notice.typed), known)] });
    }
    case 'bad-option':
      return composeMessage({
        lines: [catalog.badOption(code(notice.typed), code(notice.example))],
      });
    case 'no-such-run':
      return composeMessage({
        lines: noSuchRunLines(notice, catalog),
        buttons: [newestRuns(notice.command, catalog), help(notice.command, catalog)],
      });
    case 'no-such-node': {
      const { shown, more } = some(notice.nodes, MOST_NODES);
      return composeMessage({
        lines: [catalog.noSuchNode(linkedRun(notice.run, 'plain'), code(notice.typed), shown, more)],
      });
    }
    case 'which-run':
      return composeMessage({
        lines:
          notice.partial === undefined
            ? [catalog.whichRun(), catalog.noneFailed()]
            : [catalog.whichRun(), catalog.mayStillBeIn(notice.partial)],
        buttons: [newestRuns(notice.command, catalog), help(notice.command, catalog)],
      });
    case 'thread-unread':
      return composeMessage({
        lines: [catalog.threadUnread()],
        buttons: [newestRuns(notice.command, catalog), help(notice.command, catalog)],
      });
    case 'watch-what':
      return composeMessage({
        lines: [catalog.whichRun()],
        buttons: [runningNow(notice.command, catalog), help(notice.command, catalog)],
      });
    case 'not-here':
      return composeMessage({
        lines: [catalog.notInChannel(notice.reason, notice.join !== undefined)],
        buttons: [
          ...entries(notice, catalog),
          { deed: 'ask', label: catalog.buttons.useMyDm, command: notice.dm },
        ],
      });
    case 'cannot-save':
      return composeMessage({ lines: [line`${emoji('warning')} ${catalog.cannotSave()}`] });
    case 'not-of-one-run':
      return composeMessage({ lines: [catalog.notOfOneRun(code(notice.typed))] });
    case 'log-too-large':
      return composeMessage({
        lines: [catalog.logTooLarge()],
        buttons: [{ deed: 'open', label: catalog.buttons.openInPai, url: notice.url }],
      });
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

function noSuchRunLines(
  { names, labels, partial, scanned, command }: Extract<Notice, { kind: 'no-such-run' }>,
  catalog: Catalog,
): Line[] {
  const { shown, more } = some(names, MOST_NAMES);
  return [
    catalog.noSuchRun(shown, more, labels),
    ...(partial === undefined || partial.notShown.length === 0 ? [] : [catalog.mayStillBeIn(partial)]),
    ...(scanned === undefined ? [] : [catalog.scanned(scanned.read, scanned.of)]),
    catalog.howToNameARun(code(withCommand(command, catalog.verbs.runs))),
  ];
}

function some(words: readonly string[], most: number): { shown: Span[]; more: number } {
  return { shown: words.slice(0, most).map(code), more: Math.max(0, words.length - most) };
}

/** What would have been right, where that can be said in one command. It stands on the button, so nobody is misled. */
function fixes(
  { problem, command, verb }: Extract<Notice, { kind: 'filter-problem' }>,
  catalog: Catalog,
): ButtonSpec[] {
  const run = (pair: string): ButtonSpec => suggest(command, `${verb} ${pair}`, catalog);
  if (problem.kind === 'unknown-value' && problem.nearest !== undefined)
    return [run(formatPair(problem.key, [problem.nearest]))];
  if (problem.kind !== 'pair-without-colon') return [];
  const { key, value } = problem;
  return [run(formatPair(key, [value], true)), run(formatPair(key, [value]))];
}

/** Names repeated where also is said who did not answer. */
const MOST_NAMES = 3;
/** Options of one verb. */
const MOST_OPTIONS = 12;
/** Nodes named where one was not found. */
const MOST_NODES = 6;

/** Words repeated to whoever typed them; the rest is counted. Escaping can make each five times as long. */
const MOST_WORDS = 4;

function help(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.help, command: withCommand(command, 'help') };
}

function helpFor({ command, verb }: { command: string; verb: Verb }, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.help, command: withCommand(command, `help ${verb}`) };
}

function newestRuns(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.newestRuns, command: withCommand(command, 'runs') };
}

function runningNow(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.runningNow, command: withCommand(command, 'runs running') };
}

/** Flowbell enters a public channel where it may, and people bring it into others; not into what they say to each other. */
function entries(notice: Extract<Notice, { kind: 'not-here' }>, catalog: Catalog): ButtonSpec[] {
  if (notice.join !== undefined)
    return [{ deed: 'ask', label: catalog.buttons.addAndWatch, command: notice.join }];
  return notice.reason === 'public' || notice.reason === 'private' ? [retry(notice.retry, catalog)] : [];
}

function suggest(command: string, text: string, catalog: Catalog): ButtonSpec {
  return {
    deed: 'ask',
    label: catalog.buttons.run(cut(cleanName(inWordsOf(catalog, text)), SHOWN_LABEL)),
    command: withCommand(command, text),
  };
}

/** A command as it is typed in the reader's language. */
function inWordsOf({ verbs }: Catalog, text: string): string {
  return text
    .split(' ')
    .map((word, index, words) =>
      index === 0 || (index === 1 && words[0] === 'help') ? verbWord(word, verbs) : word,
    )
    .join(' ');
}

function verbWord(word: string, verbs: Catalog['verbs']): string {
  return Object.hasOwn(verbs, word) ? verbs[word as Verb] : word;
}

function retry(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.retry, command };
}

/** Slack shows about 30 characters of a label. */
const SHOWN_LABEL = 40;

/** A second try helps where PAI was busy or away, not where somebody must change something first. */
function isWorthRetrying({ kind }: PaiTrouble): boolean {
  return !['forbidden', 'wrong-key', 'wrong-clock', 'too-large'].includes(kind);
}
