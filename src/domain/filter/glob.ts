/**
 * True where the whole text fits the pattern, whatever the case of either: `*` stands for any text, also none, and
 * everything else for itself. Each piece between stars is looked for once, at its first place, so no pattern makes
 * this go back and try again.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...pieces] = pattern.toLowerCase().split('*');
  const lower = text.toLowerCase();
  const last = pieces.pop();
  if (last === undefined) return lower === first;
  if (!lower.startsWith(first)) return false;

  let at = first.length;
  for (const piece of pieces) {
    const found = lower.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return lower.length - last.length >= at && lower.endsWith(last);
}
