export type Level = 'error' | 'warn' | 'info';

/** One line of a log, taken apart. */
export interface LogLine {
  /** The message: the line without time stamp, level, logger's name and the marks of whoever collected it. */
  readonly text: string;
  /** Absent where the line names none. `info` is everything below a warning. */
  readonly level?: Level;
  /** Where the message starts: frames of a traceback stand deeper than its first and last line. */
  readonly column: number;
  /** The stack that a line of JSON carries. */
  readonly stack?: readonly string[];
}

/** The message is sought in this much of a line; no prefix is longer. */
const LONGEST_HEAD = 400;
const MOST_PARTS = 14;

const LEVELS: Readonly<Record<string, Level>> = {
  error: 'error',
  err: 'error',
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  severe: 'error',
  emerg: 'error',
  alert: 'error',
  panic: 'error',
  e: 'error',
  f: 'error',
  warn: 'warn',
  warning: 'warn',
  w: 'warn',
  info: 'info',
  notice: 'info',
  debug: 'info',
  trace: 'info',
  verbose: 'info',
  success: 'info',
  fine: 'info',
  i: 'info',
  d: 'info',
};

const TIME =
  /(?:\d{4}[-/]\d\d[-/]\d\d|\d\d\/\d\d\/\d\d(?:\d\d)?)(?:[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:[.,:]\d{1,9})?)?(?: ?(?:Z|UTC|CST|[+-]\d\d:?\d\d))?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d(?: [\w.-]{1,60} (?:[\w.-]{1,40}(?:\[\d+\])?:))?|\d{10}\.\d{3,9}/y;
/** `[main]`, `[2026-11-24 02:00:01]`, `[rank0]:`, `(train pid=12, ip=10.0.0.3)`, but not a message like `[E] …`. */
const BRACKETS = /(?:\[[^\][]{1,80}\]|\((?:[\w:.-]{1,40} )?pid=[^()]{1,60}\)):?/y;
const GLOG = /\[?([EFWI])\d{4} \d\d:\d\d:\d\d(?:\.\d+)?\s+(?:\d+\s+)?[\w./-]{1,100}:\d+\]/y;
/** TensorFlow: `E tensorflow/core/framework/op_kernel.cc:1733] OP_REQUIRES failed…` */
const TENSORFLOW = /([EFWI]) [\w./-]{1,100}\.(?:cc|cpp|h|cu):\d+\]/y;
/** `ERROR`, `[ERROR]`, `ERROR:root:`, `error:`, `<error>`; not `ERROR_RATE`, `ERRORS=0` and `Error rate`. */
const LEVEL_NAME =
  /(?:ERROR|ERR|FATAL|CRITICAL|CRIT|SEVERE|EMERG|ALERT|PANIC|WARN|WARNING|INFO|NOTICE|DEBUG|TRACE|VERBOSE|SUCCESS|FINE)(?![\w=/.-])(?:\s*\|)?|(?:error|fatal|warning|info|debug|Error|Warning|Fatal|Info)(?=:)/y;
/** Python's `logging.basicConfig`: `ERROR:root:message` */
const BASIC_LOGGER = /:[\w.]{1,80}:(?=\S)/y;
const NPM = /npm (ERR!|error|WARN|warn)/y;
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity)="?(\w{1,10})/i;
const LOGFMT_MESSAGE = /\smsg=(?:"((?:[^"\\]|\\.){1,1000})"|(\S{1,1000}))/;
const COLLECTOR = /(?:stderr|stdout)(?: [FP])?(?=[\s|:])|[\w.-]{1,60}\s{0,20}\|(?=\s|$)|\+0000/y;
/** What stands between a time stamp and a level: a logger, a file and line, a process's number. */
const BEFORE_LEVEL =
  /(?:[\w.$:/@-]{1,80}\s{1,8}(?:[-|]\s{1,8})?|\d{1,10}\s{1,8}|-\s{1,8}){0,3}(?=\[?(?:ERROR|FATAL|CRITICAL|SEVERE|WARN|WARNING|INFO|DEBUG|TRACE)\]?[\s:|])/y;
const GROUP_MARKS = /[|+][-+]{0,60}(?=\s|$)/y;
const SEPARATORS = /[\s:|>-]{1,8}(?=\s|\S)/y;
/** A logger behind the level: `c.a.pai.Loader -`, `org.apache.spark.SparkContext:`, `TaskSetManager:`. */
const LOGGER =
  /(?:[\w$]{1,60}(?:\.[\w$]{1,60}){1,12}(?:\([^()]{1,60}\))?(?::\d{1,6})?(?::[\w<>]{1,60}:\d{1,6})?|\w{1,60}:[\w<>]{1,60}:\d{1,6}|[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+|[\w-]{1,60}(?= - ))(?:\s*:(?=\s)|\s{1,4}-(?=\s))/y;
/** zap's caller: `controller/job.go:12` */
const CALLER = /[\w./-]{1,100}\.[a-z]{1,5}:\d{1,6}(?=\s)/y;
const NAMES_AN_EXCEPTION =
  /(?:Error|Exception|Warning|Interrupt|Exit|Iteration|Timeout|Failure)\s*:?\s*-?$|ODPS-\d/;

const STACK_NAMES = ['exc_info', 'exc_text', 'exception', 'stack_trace', 'stacktrace', 'stack', 'traceback'];

/** Takes a line apart. Reads only its beginning, except for lines of JSON up to 64,000 characters. */
export function readLogLine(line: string): LogLine {
  const head = line.slice(0, LONGEST_HEAD);
  const first = head.search(/\S/);
  if (first < 0) return { text: '', column: 0 };
  if (head[first] === '{') return readJson(line.trim()) ?? { text: line.trim(), column: first };
  return readLogfmt(line) ?? readPrefix(line, { head, first });
}

interface Prefix {
  /** Where what was not read yet begins. */
  readonly at: number;
  readonly level?: Level | undefined;
  readonly hasTime: boolean;
}

function readPrefix(
  line: string,
  { head, first }: { readonly head: string; readonly first: number },
): LogLine {
  let prefix: Prefix = { at: first, hasTime: false };
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const longer = readPart(head, prefix);
    if (longer === undefined) break;
    prefix = { ...longer, at: endOf(SEPARATORS, head, longer.at) };
  }
  const { at, level } = prefix;
  return { text: line.slice(at).trim(), column: at, ...(level !== undefined && { level }) };
}

/** Reads one more part of the prefix; undefined where the message begins. */
function readPart(head: string, prefix: Prefix): Prefix | undefined {
  const { at, level } = prefix;
  const withLevel = matchAt(GLOG, head, at) ?? matchAt(TENSORFLOW, head, at) ?? matchAt(NPM, head, at);
  if (withLevel !== undefined) {
    const named = /^err/i.test(withLevel[1] ?? '') ? 'error' : levelNamed(withLevel[1] ?? '');
    return { ...prefix, at: at + withLevel[0].length, level: level ?? named };
  }
  const afterTime = endOf(TIME, head, at);
  if (afterTime > at) return { ...prefix, at: afterTime, hasTime: true };

  const brackets = matchAt(BRACKETS, head, at)?.[0];
  if (brackets !== undefined) return readBrackets(brackets, prefix);
  if (level === undefined) {
    const name = matchAt(LEVEL_NAME, head, at)?.[0];
    if (name !== undefined) {
      return { ...prefix, at: endOf(BASIC_LOGGER, head, at + name.length), level: levelNamed(name) };
    }
    const beforeLevel = prefix.hasTime ? endOf(BEFORE_LEVEL, head, at) : at;
    if (beforeLevel > at) return { ...prefix, at: beforeLevel };
  } else {
    const logger = (matchAt(LOGGER, head, at) ?? matchAt(CALLER, head, at))?.[0];
    if (logger !== undefined) {
      return NAMES_AN_EXCEPTION.test(logger) ? undefined : { ...prefix, at: at + logger.length };
    }
  }
  const mark = matchAt(COLLECTOR, head, at) ?? matchAt(GROUP_MARKS, head, at);
  return mark && { ...prefix, at: at + mark[0].length };
}

function readBrackets(brackets: string, prefix: Prefix): Prefix | undefined {
  const inside = brackets.replace(/[[\]:\s]/g, '');
  const named = /^[A-Za-z]+$/.test(inside) ? levelNamed(inside) : undefined;
  if (named === undefined && !isMark(brackets, prefix)) return undefined;
  return {
    at: prefix.at + brackets.length,
    level: prefix.level ?? named,
    hasTime: prefix.hasTime || /\d\d:\d\d/.test(brackets),
  };
}

function levelNamed(name: string): Level | undefined {
  const word = name.toLowerCase().replace(/[^a-z]/g, '');
  return Object.hasOwn(LEVELS, word) ? LEVELS[word] : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null || match[0] === '' ? undefined : match;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  return at + (matchAt(pattern, text, at)?.[0].length ?? 0);
}

/** Whether brackets hold what a logger wrote there, and not the beginning of the message. */
function isMark(brackets: string, { hasTime, level }: Prefix): boolean {
  return (
    hasTime || level !== undefined || /^\(|rank|worker|thread|main|pid|^\[\s*\d|default\d/i.test(brackets)
  );
}

function readLogfmt(line: string): LogLine | undefined {
  const head = line.slice(0, 2000);
  if (!head.includes('msg=')) return undefined;
  const level = levelNamed(LOGFMT_LEVEL.exec(head)?.[1] ?? '');
  const message = LOGFMT_MESSAGE.exec(head);
  if (level === undefined || message === null) return undefined;
  return { text: (message[1] ?? message[2] ?? '').trim(), level, column: 0 };
}

/** Python's json loggers, logback, zap, pino and bunyan: a level by name or number, a message, maybe a stack. */
function readJson(line: string): LogLine | undefined {
  if (line.length > 64_000 || !line.endsWith('}')) return undefined;
  const record = parseRecord(line);
  if (record === undefined) return undefined;
  const level = levelOfJson(record.level ?? record.severity ?? record.levelname ?? record.lvl);
  const text = [record.message, record.msg, record.error].find((value) => typeof value === 'string');
  if (typeof text !== 'string') return undefined;
  const stack = STACK_NAMES.map((name) => record[name]).find((value) => typeof value === 'string');
  return {
    text: text.trim(),
    column: 0,
    ...(level !== undefined && { level }),
    ...(typeof stack === 'string' && { stack: stack.split('\n') }),
  };
}

function levelOfJson(level: unknown): Level | undefined {
  if (typeof level === 'string') return levelNamed(level.slice(0, 20));
  if (typeof level !== 'number') return undefined;
  return level >= 50 ? 'error' : level >= 40 ? 'warn' : 'info';
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
