const THING =
  '(?:main process|job|task|run|node|pipeline|step|stage|worker|process|script|program|command|execution|application|app|training|container|pod|instance|workflow|module|component|driver|executor)';
const NAME = String.raw`["'\x60]?[\w.:#/-]{1,60}["'\x60]?`;
const FAILED =
  '(?:(?:has|have|had|was|is|been|got) ){0,3}(?:failed|failure|aborted|terminated|stopped|crashed|cancelled|unsuccessful|errored|finished with status:? ?"?failed"?)(?: unexpectedly)?';

const SAYINGS: readonly string[] = [
  `(?:(?:the|your|this) )?${THING}(?: ${THING})?(?:[ :#]{1,2}${NAME})? ${FAILED}`,
  '(?:failed|failure|abort(?:ed)?|errors?|exception|terminated|(?:uncaught|unhandled) exception|(?:fatal|unknown|unexpected) error)',
  '(?:giving up|shutting down).{0,40}',
  String.raw`[\w./-]{1,80}\.(?:py|sh|jar) failed`,
  '(?:finished|completed|ended|exit(?:ed|ing)|done) with (?:(?:status|state):? )?"?(?:failed|failure|errors?)"?',
  `(?:(?:final|${THING}) )?(?:status|state|result)[:= ]{1,3}"?(?:failed|failure|error)"?`,
  '(?:任务|作业|节点|运行|执行|训练)+失败',
  'an? (?:(?:unexpected|unknown|internal) )?(?:error|exception) (?:has )?occurr?ed.{0,40}',
  `(?:failed|error|exception) (?:in|to run|running|executing|while (?:running|executing)|during) (?:the )?${THING}(?: [\\w.-]{1,60})?`,
  `${THING} execution failed`,
  String.raw`traceback \(most recent call last\)`,
];
/** A wrapper's type does not make the words say more: `RuntimeError: step failed`. */
const TYPE = String.raw`(?:[\w.]{0,80}(?:Error|Exception|FAILED|fatal|npm): ?)?`;
const LAST_WORDS = new RegExp(`^${TYPE}(?:${SAYINGS.join('|')})[^\\p{L}\\p{N}]*$`, 'iu');

/** Whether a text says that something failed, and nothing else: `Job failed`, `Finished with status FAILED`. */
export function isLastWords(text: string): boolean {
  return text.length <= 300 && LAST_WORDS.test(text);
}
