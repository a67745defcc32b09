/** Names have a digit, dash or underscore in them; the words of a sentence have none. */
export function looksLikeAName(word: string): boolean {
  return /^[\w.-]+$/.test(word) && /[a-z]/i.test(word) && /[-_\d]/.test(word);
}
