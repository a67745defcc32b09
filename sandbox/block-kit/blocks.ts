import { isObject, type JsonObject, textIn } from '../json.ts';
import { checkElement, checkImage, ELEMENTS_OF, interactiveElementsOf } from './elements.ts';
import { LIMITS } from './limits.ts';
import { checkKeys, checkList, checkString, createReport, type Report } from './report.ts';
import { checkRichText } from './rich-text.ts';
import { checkText, countTextCharacters } from './text.ts';

type Checker = (report: Report, path: string, block: JsonObject) => void;

const CHECKERS: Readonly<Record<string, Checker>> = {
  section: checkSection,
  header: (report, path, block) => {
    checkKeys(report, path, block, ['type', 'block_id', 'text', 'level']);
    checkText(report, `${path}/text`, block.text, {
      max: LIMITS.header,
      isPlainOnly: true,
      isRequired: true,
    });
  },
  context: checkContext,
  actions: (report, path, block) => {
    checkKeys(report, path, block, ['type', 'block_id', 'elements']);
    checkList(report, `${path}/elements`, block.elements, { max: LIMITS.actionsElements }).forEach(
      (each, index) => {
        checkElement(report, `${path}/elements/${index}`, each, ELEMENTS_OF.actions);
      },
    );
  },
  divider: (report, path, block) => checkKeys(report, path, block, ['type', 'block_id']),
  image: checkImage,
  input: checkInput,
  rich_text: checkRichText,
  markdown: (report, path, block) =>
    checkString(report, `${path}/text`, block.text, { max: LIMITS.markdown, isRequired: true }),
  table: checkTable,
  video: (report, path, block) => {
    checkText(report, `${path}/title`, block.title, {
      max: LIMITS.videoTitle,
      isPlainOnly: true,
      isRequired: true,
    });
    checkString(report, `${path}/author_name`, block.author_name, { max: LIMITS.videoAuthor });
    checkString(report, `${path}/alt_text`, block.alt_text, { max: LIMITS.altText, isRequired: true });
  },
  context_actions: (report, path, block) => {
    checkList(report, `${path}/elements`, block.elements, { max: LIMITS.contextActionsElements });
  },
};

/** Newer blocks of messages, known by name only: what is in them is not checked. */
const UNCHECKED = new Set([
  'task_card',
  'plan',
  'card',
  'carousel',
  'container',
  'data_table',
  'data_visualization',
]);

/** Why Slack would refuse these blocks of a message or a view; empty when it would take them. */
export function findBlockProblems(blocks: unknown, surface: 'message' | 'view'): readonly string[] {
  const report = createReport();
  const max = surface === 'message' ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  const listed = checkList(report, '/blocks', blocks, { min: surface === 'message' ? 0 : 1, max });
  const seen = new Set<string>();
  listed.forEach((block, index) => {
    const path = `/blocks/${index}`;
    checkBlock(report, path, block);
    const id = textIn(block.block_id);
    if (id !== undefined && seen.has(id)) report.add(`${path}/block_id`, `block_id ${id} already exists`);
    if (id !== undefined) seen.add(id);
  });
  return report.problems;
}

/** True when the text of all blocks together is more than Slack takes in one message. */
export function isTooLongInAll(blocks: unknown): boolean {
  return countTextCharacters(blocks) > LIMITS.messageBlocksChars;
}

function checkBlock(report: Report, path: string, block: JsonObject): void {
  const type = String(block.type);
  const checker = CHECKERS[type];
  if (checker === undefined) {
    if (!UNCHECKED.has(type)) report.add(`${path}/type`, `unsupported type: ${type}`);
    return;
  }
  checkString(report, `${path}/block_id`, block.block_id, { max: LIMITS.id });
  checker(report, path, block);
  checkUniqueActions(report, path, block);
}

function checkUniqueActions(report: Report, path: string, block: JsonObject): void {
  const seen = new Set<string>();
  for (const element of interactiveElementsOf(block)) {
    const id = textIn(element.action_id);
    if (id !== undefined && seen.has(id))
      report.add(path, `action_id ${id} already exists for another element`);
    if (id !== undefined) seen.add(id);
  }
}

function checkSection(report: Report, path: string, block: JsonObject): void {
  checkKeys(report, path, block, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand']);
  if (block.text === undefined && block.fields === undefined) report.add(path, 'must define text or fields');
  checkText(report, `${path}/text`, block.text, { max: LIMITS.text });
  if (block.fields !== undefined) {
    checkList(report, `${path}/fields`, block.fields, { max: LIMITS.sectionFields }).forEach(
      (field, index) => {
        checkText(report, `${path}/fields/${index}`, field, { max: LIMITS.sectionField, isRequired: true });
      },
    );
  }
  if (isObject(block.accessory)) {
    checkElement(report, `${path}/accessory`, block.accessory, ELEMENTS_OF.section);
  }
}

function checkContext(report: Report, path: string, block: JsonObject): void {
  checkKeys(report, path, block, ['type', 'block_id', 'elements']);
  const elements = checkList(report, `${path}/elements`, block.elements, { max: LIMITS.contextElements });
  elements.forEach((element, index) => {
    const at = `${path}/elements/${index}`;
    if (element.type === 'image') checkImage(report, at, element);
    else checkText(report, at, element, { max: LIMITS.text, isRequired: true });
  });
}

function checkInput(report: Report, path: string, block: JsonObject): void {
  const known = ['type', 'block_id', 'label', 'element', 'hint', 'optional', 'dispatch_action'];
  checkKeys(report, path, block, known);
  checkText(report, `${path}/label`, block.label, {
    max: LIMITS.inputLabel,
    isPlainOnly: true,
    isRequired: true,
  });
  checkText(report, `${path}/hint`, block.hint, { max: LIMITS.inputLabel, isPlainOnly: true });
  if (isObject(block.element)) checkElement(report, `${path}/element`, block.element, ELEMENTS_OF.input);
  else report.add(`${path}/element`, 'missing required field');
}

function checkTable(report: Report, path: string, block: JsonObject): void {
  if (!Array.isArray(block.rows)) {
    report.add(`${path}/rows`, 'must be an array');
    return;
  }
  if (block.rows.length > LIMITS.tableRows) {
    report.add(`${path}/rows`, `no more than ${LIMITS.tableRows} items allowed`);
  }
  if (block.rows.some((row) => Array.isArray(row) && row.length > LIMITS.tableColumns)) {
    report.add(`${path}/rows`, `no more than ${LIMITS.tableColumns} columns allowed`);
  }
  if (countTextCharacters(block.rows) > LIMITS.tableChars) {
    report.add(`${path}/rows`, `no more than ${LIMITS.tableChars} characters allowed`);
  }
}
