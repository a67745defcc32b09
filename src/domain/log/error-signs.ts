import { isLastWords } from './last-words.ts';
import type { LogLine } from './log-line.ts';

/**
 * What a line says about a failure, from the best cause to none.
 *
 * | weight | what | example |
 * |---|---|---|
 * | `cause` | a named exception, a code of MaxCompute, memory, quota, an image, a package | `KeyError: 'user_id'` |
 * | `error` | a line of level error, a tool's `error:`, how a process was killed | `ERROR Column not found` |
 * | `aftermath` | what others see when somebody else failed | `BrokenPipeError`, `NCCL error` |
 * | `exit` | an exit code | `exited with code 137` |
 * | `last-words` | that something failed, and nothing else | `Job failed` |
 */
export type Weight = 'cause' | 'error' | 'aftermath' | 'exit' | 'last-words';

/** `KeyError: 'x'`, `java.io.IOException: x`, `oss2.exceptions.NoSuchKey: {…}`; the message may be missing. */
const EXCEPTION =
  /^(?:[A-Za-z_$][\w$]{0,80}\.){0,12}[A-Z_][\w$]{0,80}(?:Error|Exception|Failure|Fault|Interrupt|Exit)\d?(?:\(\w{1,60}\))?(?::|$)/;
/** `requests.exceptions.ConnectTimeout: x` */
const IN_MODULE_OF_EXCEPTIONS = /^(?:[a-z_]\w{0,80}\.){0,12}(?:exceptions?|errors?)\.[A-Z]\w{0,80}:/;
/** Metrics are called errors, too: `MeanSquaredError: 0.012`. */
const METRIC = /^\w+(?::|=)\s*[-+]?[\d.]+(?:e[-+]?\d+)?%?$/i;

const CAUSES: readonly RegExp[] = [
  /\bODPS-\d{7}\b/,
  /\bCUDA out of memory\b/,
  /\bCUDA error: (?!0\b)/,
  /\bOutOfMemoryError\b(?=:|\s|$)/,
  /\bOOM ?Killed\b/i,
  /\bOut of memory: Kill(?:ed)? process\b/i,
  /\bMemory cgroup out of memory\b/i,
  /\b(?:killed|terminated) (?:by YARN )?for exceeding memory limits?\b/i,
  /\bOOM when allocating tensor\b/,
  /\b(?:Quota|Limit) exceeded\b|\bexceeded quota\b|\bquota (?:has been |is )?exceeded\b|\bQuotaExceeded\b/i,
  /\bNo matching distribution found\b/,
  /\bFailed to pull image\b|\bmanifest (?:for \S+ not found|unknown)\b/,
  /\bNo space left on device\b|\bDisk quota exceeded\b/,
  /^<Code>\w+<\/Code>/,
  /^panic: |^thread '[^']{0,60}' panicked at /,
  /^Fatal Python error: /,
];
/** As shells and kernels say it. What counts the killed goes on in other words: `Killed process count: 0`. */
const KILLED = '(?:Killed|Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted)';
const ERRORS: readonly RegExp[] = [
  /^(?:错误|异常|报错)[:：]\s*[\p{L}\p{N}]/u,
  /^Error ?(?:Code|Message)\s?[:=]\s?(?!0\b|none\b|null\b|success)\S/i,
  /\b(?:ErrImagePull|ImagePullBackOff)\b/,
  /^[\w./+-]{1,60}: .{0,300}\[Errno \d+\] /,
  /^(?:fatal|error|Error|ERROR|FAILED|fatal error): \S/,
  /^[\w./+-]{1,200}:\d{1,6}(?::\d{1,6})?: (?:fatal )?error: /,
  /^(?:\S{0,100}sh|\S{1,100}\.sh)(?:\[\d+\])?: (?:line \d+: |\d+: )?\S.{0,300}: (?:command not found|not found|No such file or directory|Permission denied|Is a directory|cannot execute.{0,60}|syntax error.{0,60}|unbound variable)$/,
  /^[\w./+-]{1,60}: .{0,300}: (?:No such file or directory|Permission denied|Connection refused|Connection timed out)$/,
  /^[\w./+-]{1,60}: (?:command not found|error while loading shared libraries: )/,
  new RegExp(
    String.raw`^(?:\S{1,100}: line \d+: {1,4}\d+ ${KILLED}(?:\s|$)|${KILLED}(?:: [1-9]\d{0,2})?(?: {1,8}\(core dumped\))?(?:[.!]?$| {2,}\S| \(| (?:by (?!user\b)|process \d|pid \d|at |on |due to |because |after )))`,
  ),
  /\bHTTP(?:\/\d(?:\.\d)?)? [45]\d\d (?:Bad|Unauthorized|Forbidden|Not Found|Internal|Service|Too Many|Gateway)/,
  /^make(?:\[\d+\])?: \*\*\* /,
];
/** What processes say when another one has failed, and wrappers that only carry the real exception. */
const AFTERMATH =
  /^(?:[\w.]{0,200}\.)?(?:ChildFailedError|CalledProcessError|(?:Base)?ExceptionGroup|Py4JJavaError|RayTaskError(?:\(\w{1,60}\))?|SystemExit|KeyboardInterrupt|CancelledError|InterruptedException|BrokenPipeError|ConnectionResetError|ClosedChannelException|AbortedError|DistBackendError|WorkerCrashedError|ActorDiedError|ExecutionException|InvocationTargetException|UndeclaredThrowableException|SignalException|ProcessExitedException|ProcessRaisedException)(?::|$)|\bNCCL\b.{0,80}(?:error|abort|timeout|watchdog)|\bncclUnhandled|\bWatchdog caught collective\b|\bDataLoader worker \(pid\(?s?\)? .{0,60}(?:exited unexpectedly|killed by signal)|\bLost executor\b|\bConnection (?:reset|closed) by peer\b|\bReceived (?:signal )?(?:SIGTERM|15)\b|^Traceback \(most recent call last\):$/i;
const EXIT =
  /\b(?:exit(?:ed|ing|s)?|return(?:ed|s)?|terminated|failed|completed|finished)\b[^\n]{0,60}?\b(?:code|status|exitcode)\b\s{0,8}[:=]?\s{0,3}\(?(?:-\s?)?[1-9]\d{0,2}\b|\bexit ?code\s{0,8}[:=]\s{0,3}-?[1-9]\d{0,2}\b|\b(?:killed|terminated|died) (?:by|with|from) (?:signal )?(?:SIG[A-Z]{3,6}|\d{1,2})\b/i;

/** Lines of level error that jobs which succeed print too, most of them TensorFlow's on machines without a GPU. */
const HARMLESS =
  /Unable to register cu\w+ (?:factory|plugin)|failed call to cuInit|could not open file to read NUMA node|Cannot dlopen some|TF-TRT|successful NUMA node|(?:^|\W)(?:no|0|zero|without(?: any)?) (?:errors?|failures?|exceptions?)\b|\b(?:errors?|failures?)\s?[:=]\s?0\b|\berrors? (?:rate|count)\s?[:=]?\s?[\d.]+%?$|^(?:rate|count)\s?[:=]?\s?[\d.]+%?$|^(?:handled|ignored|ignoring|suppressed)\b|\bignor(?:ed|ing)\b.{0,20}$|^(?:code|path|errno|syscall) \S+$|^A complete log of this run\b|^Exception ignored in/i;
/** What a field or a logger says that has no error to tell of: `Error: None`, `error: ""`, `Error Message: null`. */
const EMPTY =
  /^(?:(?:Error ?(?:Code|Message)?|FAILED|fatal(?: error)?|错误|异常|报错)\s{0,8}[:=：])?[^\p{L}\p{N}]*(?:(?:none|null|nil|n\/a|nan|undefined|无|空|没有)[^\p{L}\p{N}]*)?$/iu;
const LONGEST = 2000;

/** What a line says about a failure; undefined where it says nothing of one. Looks at its first 2,000 characters. */
export function weigh(line: LogLine): Weight | undefined {
  const text = line.text.slice(0, LONGEST);
  if (EMPTY.test(text) || HARMLESS.test(text)) return undefined;
  if (line.level === 'info' || line.level === 'warn') {
    return line.level === 'info' && /^FAILED: ODPS-\d{7}/.test(text) ? 'cause' : undefined;
  }
  if (isLastWords(text)) return 'last-words';
  if (AFTERMATH.test(text)) return 'aftermath';
  if (CAUSES.some((sign) => sign.test(text)) || isException(text)) return isExit(text) ? 'exit' : 'cause';
  if (EXIT.test(text)) return 'exit';
  if (line.level === 'error' || ERRORS.some((sign) => sign.test(text))) return 'error';
  return undefined;
}

/** Whether the text begins with the name of an exception. A metric's name and number does not count. */
export function isException(text: string): boolean {
  return (EXCEPTION.test(text) || IN_MODULE_OF_EXCEPTIONS.test(text)) && !METRIC.test(text);
}

function isExit(text: string): boolean {
  return /^(?:RuntimeError|Exception|Error): /.test(text) && EXIT.test(text) && text.length < 120;
}
