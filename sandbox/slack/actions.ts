import { isObject, type JsonObject, objectsIn, textIn } from '../json.ts';

/** What a person chose: an element by its id or by the words on it, and a value where one is picked. */
export interface Choice {
  readonly actionId?: string | undefined;
  readonly label?: string | undefined;
  readonly value?: string | undefined;
}

interface Found {
  readonly element: JsonObject;
  readonly blockId: string;
}

/** The words on a button, or on the entry of a menu. */
export function labelOf(element: JsonObject): string {
  return isObject(element.text) ? (textIn(element.text.text) ?? '') : '';
}

/** The elements of a message or view that a choice fits; a menu fits by the words of its entries too. */
export function findChosen(elements: readonly Found[], choice: Choice): Found | undefined {
  return elements.find(({ element }) => {
    if (choice.actionId !== undefined && element.action_id !== choice.actionId) return false;
    if (choice.label === undefined) return choice.actionId !== undefined && isValueOf(element, choice.value);
    return (
      labelOf(element) === choice.label || optionsOf(element).some((each) => labelOf(each) === choice.label)
    );
  });
}

/** One entry of a payload's `actions` (docs.slack.dev, reference/interaction-payloads/block_actions-payload). */
export function actionFor(found: Found, choice: Choice, actionTs: string): JsonObject {
  const { element, blockId } = found;
  const base = { type: element.type, action_id: element.action_id, block_id: blockId, action_ts: actionTs };
  if (element.type !== 'button') return { ...base, ...chosenState(element, choice) };
  return {
    ...base,
    text: element.text,
    ...(element.value === undefined ? {} : { value: element.value }),
    ...(element.style === undefined ? {} : { style: element.style }),
  };
}

/** The state of one input or menu after a person's choice, as views and payloads carry it. */
export function chosenState(element: JsonObject, choice: Choice): JsonObject {
  const { value } = choice;
  const wanted = optionsOf(element).find((each) => each.value === value || labelOf(each) === choice.label);
  switch (element.type) {
    case 'overflow':
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { selected_option: wanted ?? null };
    case 'checkboxes':
    case 'multi_static_select':
      return {
        selected_options: optionsOf(element).filter((each) =>
          splitValues(value).includes(String(each.value)),
        ),
      };
    case 'users_select':
      return { selected_user: value ?? null };
    case 'channels_select':
      return { selected_channel: value ?? null };
    case 'conversations_select':
      return { selected_conversation: value ?? null };
    case 'multi_users_select':
      return { selected_users: splitValues(value) };
    case 'multi_channels_select':
      return { selected_channels: splitValues(value) };
    case 'multi_conversations_select':
      return { selected_conversations: splitValues(value) };
    case 'datepicker':
      return { selected_date: value ?? null };
    case 'timepicker':
      return { selected_time: value ?? null };
    case 'datetimepicker':
      return { selected_date_time: value === undefined ? null : Number(value) };
    default:
      return { value: value ?? null };
  }
}

/** What an element holds before anybody touched it. */
export function initialState(element: JsonObject): JsonObject {
  const options = objectsIn(element.initial_options);
  if (element.type === 'checkboxes' || element.type === 'multi_static_select')
    return { selected_options: options };
  if (isObject(element.initial_option)) return { selected_option: element.initial_option };
  const initial = [
    ...['initial_value', 'initial_user', 'initial_channel', 'initial_conversation'],
    ...['initial_date', 'initial_time', 'initial_date_time'],
  ].find((key) => element[key] !== undefined);
  const lists = ['initial_users', 'initial_channels', 'initial_conversations'];
  const list = lists.map((key) => element[key]).find(Array.isArray);
  if (list !== undefined) return chosenState(element, { value: list.join(',') });
  return chosenState(element, initial === undefined ? {} : { value: String(element[initial]) });
}

function optionsOf(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsIn(element.options),
    ...objectsIn(element.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
}

function isValueOf(element: JsonObject, value: string | undefined): boolean {
  return value === undefined || element.type !== 'button' || element.value === value;
}

function splitValues(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : value.split(',');
}
