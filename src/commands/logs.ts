import { consoleLink } from '../domain/console-link.ts';
import { formatPair } from '../domain/filter/tokens.ts';
import { looksLikeError } from '../domain/log/error-line.ts';
import { hiddenIn } from '../domain/log/hidden.ts';
import { nameOfNode, nameOfRun, type Run, type RunNode } from '../domain/run.ts';
import { type Found, formatTarget, type NodeTarget, type Target } from '../domain/target.ts';
import { renderLog, renderLogFile } from '../messages/log-page.ts';
import { renderNotice } from '../messages/notices.ts';
import { findNode } from './find-node.ts';
import { findOneRun, type OneRunPorts } from './one-run.ts';
import { ASK_TIMEOUT_MS, asPaiFailure, troubleAnswer } from './pai-failure.ts';
import { type LogPart, type LogPorts, type LogWanted, readLog } from './read-log.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { nodeTarget, targetOf } from './run-facts.ts';
import { nodeMeant } from './run-nodes.ts';

/** What somebody wants of a node's log. */
export interface LogsCommand {
  readonly found: Found;
  /** The most lines shown. */
  readonly tail: number;
  /** Only lines that hold this. */
  readonly grep?: string;
  /** Only lines before this one. */
  readonly before?: number;
  readonly errorsOnly: boolean;
  readonly asFile: boolean;
}

export type LogsPorts = OneRunPorts & LogPorts;

/** Lines looked through for errors. */
const SEARCHED = 2000;
/** Lines of a file; a log of 100 characters a line then has two megabytes. */
const MOST_IN_FILE = 20_000;
/** Whoever takes a file wants whole lines, but not one of a megabyte. */
const CHARACTERS_IN_FILE = 10_000;

/** `/pai logs RUN [NODE]`: the end of a node's log, the lines that look like errors, or all of it as a file. */
export async function logs(command: LogsCommand, request: Request, ports: LogsPorts): Promise<Answer> {
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const textFor = (run: string) => formatLogs(run, command);
  const outcome = await findOneRun({ found: command.found, textFor, signal }, request, ports);
  if (outcome.kind === 'answer') return outcome.answer;
  const { run, isLastFailed } = outcome.one;
  const chosen = await findNode(outcome.one, { textFor, signal }, nodeMeant, request, ports);
  if (chosen.kind === 'answer') return chosen.answer;
  const { node, isNamed } = chosen;
  if (node === undefined) {
    return { kind: 'problem', message: renderNotice({ kind: 'no-node' }, request.actor.locale) };
  }
  const about = nodeTarget(run, node);
  const shown: Shown = { run, node, isLastFailed, about, asked: isNamed ? about : targetOf(run) };
  try {
    const part = await readLog(partWanted(command, shown), signal, ports);
    const inFile = command.errorsOnly ? onlyErrors(part) : part;
    return command.asFile && inFile.lines.length > 0
      ? fileAnswer(inFile, shown, request)
      : pageAnswer(part, shown, command, request);
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind === 'too-large') {
      const notice = { kind: 'log-too-large', url: consoleLink(run) } as const;
      return { kind: 'problem', message: renderNotice(notice, request.actor.locale) };
    }
    ports.report(failure);
    return troubleAnswer(failure, commandLine(request, textFor(formatTarget(shown.about))), request);
  }
}

/** The command's text for a run or node, with the same wishes. */
function formatLogs(
  run: string,
  { tail, grep, before, errorsOnly, asFile }: Omit<LogsCommand, 'found'>,
): string {
  const words = [
    'logs',
    run,
    tail !== DEFAULT_TAIL && formatPair('tail', [String(tail)]),
    grep !== undefined && formatPair('grep', [grep]),
    before !== undefined && formatPair('before', [String(before)]),
    errorsOnly && formatPair('only', ['errors']),
    asFile && formatPair('as', ['file']),
  ];
  return words.filter((word) => word !== false && word !== '').join(' ');
}

interface Shown {
  readonly run: Run;
  readonly node: RunNode;
  readonly isLastFailed: boolean;
  readonly about: NodeTarget;
  /** What the question was about: the node where one was named, else the run. */
  readonly asked: Target;
}

function partWanted(command: LogsCommand, { about }: Shown): LogWanted {
  const { region = '', runId, nodeId } = about;
  const whose = { region, runId, nodeId, keyword: command.grep };
  if (command.asFile) {
    return { ...whose, lines: MOST_IN_FILE, before: command.before, mostCharacters: CHARACTERS_IN_FILE };
  }
  // Errors are looked for at the end of the log, whatever page was open.
  if (command.errorsOnly) return { ...whose, lines: SEARCHED };
  return { ...whose, lines: command.tail, before: command.before };
}

function pageAnswer(
  part: LogPart,
  { run, node, isLastFailed, about, asked }: Shown,
  command: LogsCommand,
  request: Request,
): Answer {
  const lineFor = (changes: Partial<LogsCommand>) =>
    commandLine(request, formatLogs(formatTarget(about), { ...command, asFile: false, ...changes }));
  const searched = command.errorsOnly && { searched: part.lines.length };
  const lines = command.errorsOnly ? onlyErrors(part).lines.slice(-command.tail) : part.lines;
  const end = part.from + part.lines.length;
  const page = {
    run,
    node,
    lines,
    hidden: hiddenIn(lines, part.hidden),
    total: part.total,
    from: part.from,
    kind: command.errorsOnly
      ? ('errors' as const)
      : command.grep === undefined
        ? ('tail' as const)
        : ('grep' as const),
    ...(command.grep !== undefined && { grep: command.grep }),
    ...searched,
    isLastFailed,
    again: lineFor({}),
    ...(!command.errorsOnly && {
      older: (shownLines: number) => lineFor({ before: end - shownLines }),
      errorsOnly: commandLine(
        request,
        formatLogs(formatTarget(about), { ...WHOLE_LOG, errorsOnly: true, asFile: false }),
      ),
    }),
    asFile: commandLine(request, formatLogs(formatTarget(about), WHOLE_LOG)),
  };
  return { kind: 'shown', message: renderLog(page, request.actor.locale), about: asked };
}

function onlyErrors(part: LogPart): LogPart {
  const lines = part.lines.filter(looksLikeError);
  return { ...part, lines, hidden: hiddenIn(lines, part.hidden), total: lines.length };
}

function fileAnswer(
  { lines, total, hidden }: LogPart,
  { run, node, asked }: Shown,
  { actor }: Request,
): Answer {
  const name = `${nameOfRun(run)}-${nameOfNode(node)}`.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 100);
  const file = { name: `${name}.log`, text: `${lines.join('\n')}\n` };
  return {
    kind: 'shown',
    message: renderLogFile({ run, node, shown: lines.length, total, hidden }, actor.locale),
    about: asked,
    file,
  };
}

/** Lines shown where nobody said how many. */
export const DEFAULT_TAIL = 50;

/** What a file holds, whatever part of the log was shown. */
const WHOLE_LOG = { tail: DEFAULT_TAIL, errorsOnly: false, asFile: true };
