import { isException, type Weight, weigh } from './error-signs.ts';
import { type LogLine, readLogLine } from './log-line.ts';

/** Why something failed, as its log says. */
export interface Cause {
  /** Index in the lines given. */
  readonly index: number;
  /** The line, without time stamps and logger names before the message. */
  readonly line: string;
}

interface Finding extends Cause {
  readonly weight: Weight;
  /** The job went on: it tried again, or spoke of it as a warning only. */
  readonly isSurvived: boolean;
  /** How many lines of level info or debug stand before it. */
  readonly infosBefore: number;
}

const TRACEBACK = /^(?:Exception Group )?Traceback \(most recent call last\):/;
const PYTHON_FRAME = /^File "[^"]{1,500}", line \d+/;
const FRAME_INDENT = 2;
const INSIDE_TRACEBACK = /^[~^\s]+$|^\[Previous line repeated |^\.\.\.<\d+ lines>\.\.\.$/;
const PYTHON_EXCEPTION = /^[A-Za-z_][\w.]{0,200}(?:\(\w{1,60}\))?(?::|$)/;
const JAVA_FRAME = /^at [\w$./<>@-]{1,300}\(|^\.\.\. \d+ (?:more|common frames omitted)/;
const BEFORE_EXCEPTION =
  /^(?:Caused by: |Exception in thread "[^"]{0,200}" |Unhandled exception[.:] |Uncaught (?=\w+Error)|: (?=[\w.]+:))/;
/** What Python prints about exceptions nobody raised to anybody. */
const NOBODYS_EXCEPTION = /^Exception ignored in|^--- Logging error ---/;

const RETRY =
  /\bretry(?:ing)?\b|\bre-?attempt|\battempt \d+ ?(?:of|\/) ?\d+|\btrying again\b|\breconnect(?:ing|ed)\b/i;
const NO_MORE_RETRY =
  /\b(?:no (?:more )?retr|not retry|without retry|retry (?:limit|failed|count exceeded)|giving up|gave up)|\battempt (\d+) ?(?:of|\/) ?\1\b/i;
const RETRY_IS_SAID_WITHIN = 2;
const SUCCESS =
  /^(?:the )?(?:job|run|node|pipeline|application|training|script|main process|instance)\b.{0,60}\b(?:succeeded|(?:finished|completed|ended) successfully)\b|\bfinished with status:? "?succeeded/i;
/** Errors further apart are not one failure told in several lines. */
const SAME_FAILURE_WITHIN = 3;

/**
 * Finds the line of a log's tail that says why it ended; undefined rather than a wrong one. In this order (weights: see
 * `weigh`):
 *
 * 1. The last named cause: the last line of a Python traceback, the deepest `Caused by:`, a MaxCompute code, memory,
 *    quota. Of chained exceptions that is the last one, unless it only wraps the others.
 * 2. The first line of the last group of error lines: those behind it are its consequences.
 * 3. What failed because something else did: `BrokenPipeError`, `NCCL error`.
 * 4. A cause or an error that the job survived (tried again, only warned of), if the job failed afterwards.
 * 5. An exit code. `Job failed` alone says nothing and is never given.
 *
 * Lines of level info and below after the end change nothing, but for one case: a traceback right behind a warning
 * counts as survived as soon as anything follows. Only the last success of the job as a whole takes back what was
 * before. Takes time in proportion to the lines. Lines may be as PAI gave them, or cleaned.
 */
export function findErrorLine(lines: readonly string[]): Cause | undefined {
  const { findings, successAt } = readFindings(lines);
  if (!findings.some(({ index }) => index > successAt)) return undefined;

  const live = findings.filter(({ isSurvived }) => !isSurvived);
  const failedAt = live.at(-1)?.index ?? -1;
  const survived = findings.filter(({ isSurvived, index }) => isSurvived && index < failedAt);
  const found =
    lastOf(live, 'cause') ??
    firstOfLastGroup(live.filter(({ weight }) => weight === 'error')) ??
    live.find(({ weight }) => weight === 'aftermath') ??
    lastOf(survived, 'cause') ??
    lastOf(survived, 'error') ??
    lastOf(live, 'exit');
  return found && { index: found.index, line: found.line };
}

/** Whether a line tells of a failure or belongs to a trace of one. Warnings do not. */
export function looksLikeError(line: string): boolean {
  const read = readLogLine(line);
  if (read.level === 'warn') return false;
  const { text } = read;
  if (TRACEBACK.test(text) || PYTHON_FRAME.test(text) || JAVA_FRAME.test(text)) return true;
  return weigh({ ...read, text: withoutIntroduction(text) }) !== undefined;
}

function lastOf(findings: readonly Finding[], weight: Weight): Finding | undefined {
  return findings.findLast((finding) => finding.weight === weight);
}

function firstOfLastGroup(errors: readonly Finding[]): Finding | undefined {
  let first = errors.at(-1);
  for (const finding of errors.toReversed()) {
    const isNear = first !== undefined && first.index - finding.index <= SAME_FAILURE_WITHIN;
    if (!isNear || first?.infosBefore !== finding.infosBefore) break;
    first = finding;
  }
  return first;
}

interface Traceback {
  /** The column of its first and last line; unknown until a frame was read. */
  base: number | undefined;
  isBehindFrame: boolean;
}

interface Reading {
  traceback: Traceback | undefined;
  /** The lines belong to something the job spoke of as a warning. */
  isWarning: boolean;
  infos: number;
}

function readFindings(lines: readonly string[]): { findings: readonly Finding[]; successAt: number } {
  const reading: Reading = { traceback: undefined, isWarning: false, infos: 0 };
  const findings: Finding[] = [];
  const lastLine = lines.findLastIndex((line) => /\S/.test(line));
  let successAt = -1;
  lines.forEach((source, index) => {
    const line = readLogLine(source);
    if (line.text === '') return;
    if (line.level !== 'error' && SUCCESS.test(line.text)) successAt = index;
    const found = readFinding(line, reading);
    if (found === undefined) return;
    const isWarnedOf = reading.isWarning && index !== lastLine;
    findings.push({
      ...found,
      index,
      isSurvived: isWarnedOf || isTriedAgain(lines, index),
      infosBefore: reading.infos,
    });
  });
  return { findings, successAt };
}

function readFinding(line: LogLine, reading: Reading): { weight: Weight; line: string } | undefined {
  const trace = readTraceback(line, reading);
  if (trace === 'inside' || JAVA_FRAME.test(line.text)) return undefined;

  const text = withoutIntroduction(line.text);
  if (trace === 'exception') return { weight: weigh({ ...line, text }) ?? 'cause', line: text };

  const weight = weigh({ ...line, text });
  follow(line, { reading, isException: text !== line.text || isException(text) });
  const inStack = weight === undefined ? undefined : findInStack(line);
  if (inStack !== undefined) return inStack;
  return weight && { weight, line: text };
}

/** Keeps track of whose lines these are: a trace without a level belongs to the line before it. */
function follow(line: LogLine, { reading, isException }: { reading: Reading; isException: boolean }): void {
  if (line.level === 'info') reading.infos += 1;
  if (line.level === 'warn' || NOBODYS_EXCEPTION.test(line.text)) reading.isWarning = true;
  else if (line.level !== undefined || !isException) reading.isWarning = false;
}

/**
 * Reads a line as part of a Python traceback. Frames stand two columns deeper than its ends; where the columns were
 * lost, the line behind a frame is source code unless it names an exception.
 */
function readTraceback(line: LogLine, reading: Reading): 'inside' | 'exception' | undefined {
  const { text, column, level } = line;
  if (TRACEBACK.test(text)) {
    if (level !== undefined) reading.isWarning = level === 'warn';
    reading.traceback = { base: undefined, isBehindFrame: false };
    return 'inside';
  }
  if (PYTHON_FRAME.test(text)) {
    reading.traceback = { base: column - FRAME_INDENT, isBehindFrame: true };
    return 'inside';
  }
  const { traceback } = reading;
  if (traceback === undefined) return undefined;
  if (level === 'info' || level === 'warn') return undefined;

  const frame = (traceback.base ?? column) + FRAME_INDENT;
  const isSource = column > frame || (column === frame && traceback.isBehindFrame && !isException(text));
  if (isSource || INSIDE_TRACEBACK.test(text)) {
    traceback.isBehindFrame = false;
    return 'inside';
  }
  reading.traceback = undefined;
  return PYTHON_EXCEPTION.test(text.slice(0, 400)) ? 'exception' : undefined;
}

function findInStack(line: LogLine): { weight: Weight; line: string } | undefined {
  if (line.stack === undefined) return undefined;
  const reading: Reading = { traceback: undefined, isWarning: false, infos: 0 };
  const found = line.stack
    .map((text) => readFinding({ text: text.trim(), column: text.search(/\S/) }, reading))
    .filter((finding) => finding !== undefined);
  return found.findLast(({ weight }) => weight === 'cause') ?? found.at(-1);
}

function withoutIntroduction(text: string): string {
  return text.replace(BEFORE_EXCEPTION, '');
}

function isTriedAgain(lines: readonly string[], index: number): boolean {
  return lines.slice(index, index + 1 + RETRY_IS_SAID_WITHIN).some((source) => {
    const start = source.slice(0, 2000);
    return RETRY.test(start) && !NO_MORE_RETRY.test(start);
  });
}
