/**
 * Slack's limits. Lengths are counted in UTF-16 units, as JavaScript counts them.
 * Sources: docs.slack.dev, reference/block-kit (blocks, block elements, composition objects) and
 * reference/methods/chat.postMessage; the totals and the newer blocks as collected in the project's own
 * Slack notes (section 6.2).
 */
export const LIMITS = {
  /** Blocks of a message; a modal or a Home tab takes 100. */
  messageBlocks: 50,
  viewBlocks: 100,
  /** Not documented: bolt-js issue 2509 saw `msg_blocks_too_long` at about this total. */
  messageBlocksChars: 13_200,
  id: 255,
  text: 3000,
  sectionFields: 10,
  sectionField: 2000,
  header: 150,
  contextElements: 10,
  actionsElements: 25,
  contextActionsElements: 5,
  altText: 2000,
  imageUrl: 3000,
  imageTitle: 2000,
  inputLabel: 2000,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  accessibilityLabel: 75,
  placeholder: 150,
  options: 100,
  optionGroups: 100,
  overflowOptions: 5,
  choiceOptions: 10,
  optionText: 75,
  /** `@slack/types` says 75, the newer docs 150; which of them Slack holds is not confirmed. */
  optionValue: 150,
  optionDescription: 75,
  groupLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  plainInput: 3000,
  markdown: 12_000,
  tableRows: 100,
  tableColumns: 20,
  tableChars: 10_000,
  videoTitle: 200,
  videoAuthor: 50,
  viewTitle: 24,
  privateMetadata: 3000,
  /** chat.postMessage cuts the text beyond this; chat.update refuses above 4,000. */
  messageText: 40_000,
  updateText: 4000,
  attachments: 100,
} as const;
