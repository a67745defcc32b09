import { isObject, type JsonObject, objectsIn } from '../json.ts';
import { LIMITS } from './limits.ts';
import { checkKeys, checkList, checkString, type Report } from './report.ts';
import { checkText } from './text.ts';

type Checker = (report: Report, path: string, element: JsonObject) => void;

const COMMON = ['type', 'action_id', 'confirm', 'focus_on_load', 'placeholder'];

const CHECKERS: Readonly<Record<string, Checker>> = {
  button: checkButton,
  image: checkImage,
  overflow: (report, path, element) => {
    checkKeys(report, path, element, [...COMMON, 'options']);
    checkOptions(report, `${path}/options`, element.options, LIMITS.overflowOptions);
  },
  checkboxes: checkChoice,
  radio_buttons: checkChoice,
  static_select: checkStaticSelect,
  multi_static_select: checkStaticSelect,
  external_select: (report, path, element) =>
    checkKeys(report, path, element, [...COMMON, 'initial_option', 'min_query_length']),
  multi_external_select: (report, path, element) =>
    checkKeys(report, path, element, [
      ...COMMON,
      'initial_options',
      'min_query_length',
      'max_selected_items',
    ]),
  users_select: (report, path, element) => checkKeys(report, path, element, [...COMMON, 'initial_user']),
  multi_users_select: (report, path, element) =>
    checkKeys(report, path, element, [...COMMON, 'initial_users', 'max_selected_items']),
  conversations_select: checkConversationSelect,
  multi_conversations_select: checkConversationSelect,
  channels_select: checkConversationSelect,
  multi_channels_select: checkConversationSelect,
  datepicker: (report, path, element) => checkKeys(report, path, element, [...COMMON, 'initial_date']),
  timepicker: (report, path, element) =>
    checkKeys(report, path, element, [...COMMON, 'initial_time', 'timezone']),
  datetimepicker: (report, path, element) =>
    checkKeys(report, path, element, [...COMMON, 'initial_date_time']),
  plain_text_input: (report, path, element) => {
    checkString(report, `${path}/initial_value`, element.initial_value, { min: 0, max: LIMITS.plainInput });
    const longest = element.max_length;
    if (typeof longest === 'number' && longest > LIMITS.plainInput) {
      report.add(`${path}/max_length`, `must be less than ${LIMITS.plainInput + 1}`);
    }
  },
  number_input: () => {},
  email_text_input: () => {},
  url_text_input: () => {},
  rich_text_input: () => {},
  file_input: () => {},
};

const IN_SECTION = 'button image overflow checkboxes radio_buttons static_select multi_static_select';
const SELECTS =
  'external_select multi_external_select users_select multi_users_select conversations_select multi_conversations_select channels_select multi_channels_select';

/** Which elements stand in which block (docs.slack.dev, reference/block-kit/block-elements). */
export const ELEMENTS_OF: Readonly<Record<'section' | 'actions' | 'input', ReadonlySet<string>>> = {
  section: new Set(`${IN_SECTION} ${SELECTS} datepicker timepicker`.split(' ')),
  actions: new Set(
    `button overflow checkboxes radio_buttons static_select multi_static_select ${SELECTS} datepicker timepicker datetimepicker`.split(
      ' ',
    ),
  ),
  input: new Set(
    `checkboxes radio_buttons static_select multi_static_select ${SELECTS} datepicker timepicker datetimepicker plain_text_input number_input email_text_input url_text_input rich_text_input file_input`.split(
      ' ',
    ),
  ),
};

/** Checks one interactive element or image that stands in a block which allows `allowed`. */
export function checkElement(
  report: Report,
  path: string,
  element: JsonObject,
  allowed: ReadonlySet<string>,
): void {
  const type = String(element.type);
  const checker = CHECKERS[type];
  if (checker === undefined || !allowed.has(type)) {
    report.add(`${path}/type`, `unsupported element type: ${type}`);
    return;
  }
  checkString(report, `${path}/action_id`, element.action_id, { max: LIMITS.id });
  checkText(report, `${path}/placeholder`, element.placeholder, {
    max: LIMITS.placeholder,
    isPlainOnly: true,
  });
  if (element.confirm !== undefined) checkConfirm(report, `${path}/confirm`, element.confirm);
  checker(report, path, element);
}

/** An image block or element: an address or a Slack file, and always a text for those who cannot see it. */
export function checkImage(report: Report, path: string, image: JsonObject): void {
  checkKeys(report, path, image, ['type', 'block_id', 'image_url', 'slack_file', 'alt_text', 'title']);
  if (image.image_url === undefined && image.slack_file === undefined) {
    report.add(path, 'must define either image_url or slack_file');
  }
  checkString(report, `${path}/image_url`, image.image_url, { max: LIMITS.imageUrl });
  checkString(report, `${path}/alt_text`, image.alt_text, { max: LIMITS.altText, isRequired: true });
  checkText(report, `${path}/title`, image.title, { max: LIMITS.imageTitle, isPlainOnly: true });
}

function checkButton(report: Report, path: string, button: JsonObject): void {
  checkKeys(report, path, button, [...COMMON, 'text', 'url', 'value', 'style', 'accessibility_label']);
  checkText(report, `${path}/text`, button.text, {
    max: LIMITS.buttonText,
    isPlainOnly: true,
    isRequired: true,
  });
  checkString(report, `${path}/value`, button.value, { max: LIMITS.buttonValue });
  checkString(report, `${path}/url`, button.url, { max: LIMITS.url });
  checkString(report, `${path}/accessibility_label`, button.accessibility_label, {
    max: LIMITS.accessibilityLabel,
  });
  if (typeof button.url === 'string' && !URL.canParse(button.url)) report.add(`${path}/url`, 'invalid url');
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger') {
    report.add(`${path}/style`, 'must be primary or danger');
  }
}

function checkChoice(report: Report, path: string, element: JsonObject): void {
  checkKeys(report, path, element, [...COMMON, 'options', 'initial_options', 'initial_option']);
  checkOptions(report, `${path}/options`, element.options, LIMITS.choiceOptions);
}

function checkStaticSelect(report: Report, path: string, element: JsonObject): void {
  const own = ['options', 'option_groups', 'initial_option', 'initial_options', 'max_selected_items'];
  checkKeys(report, path, element, [...COMMON, ...own]);
  if (element.option_groups === undefined) {
    checkOptions(report, `${path}/options`, element.options, LIMITS.options);
    return;
  }
  checkList(report, `${path}/option_groups`, element.option_groups, { max: LIMITS.optionGroups }).forEach(
    (group, index) => {
      const at = `${path}/option_groups/${index}`;
      checkText(report, `${at}/label`, group.label, {
        max: LIMITS.groupLabel,
        isPlainOnly: true,
        isRequired: true,
      });
      checkOptions(report, `${at}/options`, group.options, LIMITS.options);
    },
  );
}

function checkConversationSelect(report: Report, path: string, element: JsonObject): void {
  const own = ['initial_conversation', 'initial_conversations', 'initial_channel', 'initial_channels'];
  const more = ['default_to_current_conversation', 'response_url_enabled', 'filter', 'max_selected_items'];
  checkKeys(report, path, element, [...COMMON, ...own, ...more]);
}

function checkOptions(report: Report, path: string, value: unknown, max: number): void {
  checkList(report, path, value, { max }).forEach((option, index) => {
    const at = `${path}/${index}`;
    checkKeys(report, at, option, ['text', 'value', 'description', 'url']);
    checkText(report, `${at}/text`, option.text, { max: LIMITS.optionText, isRequired: true });
    checkString(report, `${at}/value`, option.value, { max: LIMITS.optionValue, isRequired: true });
    checkText(report, `${at}/description`, option.description, { max: LIMITS.optionDescription });
    checkString(report, `${at}/url`, option.url, { max: LIMITS.url });
  });
}

function checkConfirm(report: Report, path: string, confirm: unknown): void {
  if (!isObject(confirm)) {
    report.add(path, 'must be an object');
    return;
  }
  checkKeys(report, path, confirm, ['title', 'text', 'confirm', 'deny', 'style']);
  checkText(report, `${path}/title`, confirm.title, {
    max: LIMITS.confirmTitle,
    isPlainOnly: true,
    isRequired: true,
  });
  checkText(report, `${path}/text`, confirm.text, { max: LIMITS.confirmText, isRequired: true });
  for (const key of ['confirm', 'deny'] as const) {
    const rule = { max: LIMITS.confirmButton, isPlainOnly: true, isRequired: true };
    checkText(report, `${path}/${key}`, confirm[key], rule);
  }
}

/** The elements of a block that a person can act on: those of `elements`, the accessory, the input. */
export function interactiveElementsOf(block: JsonObject): readonly JsonObject[] {
  const single = [block.accessory, block.element].filter(isObject);
  const listed =
    block.type === 'actions' || block.type === 'context_actions' ? objectsIn(block.elements) : [];
  return [...listed, ...single].filter((element) => element.type !== 'image');
}
