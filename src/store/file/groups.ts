/** Which members a group has: an index over rows. Most groups have one member, which is kept without a set. */
export class Groups {
  readonly #members = new Map<string, string | Set<string>>();

  add(group: string, member: string): void {
    const members = this.#members.get(group);
    if (members === undefined) this.#members.set(group, member);
    else if (typeof members === 'string') this.#members.set(group, new Set([members, member]));
    else members.add(member);
  }

  remove(group: string, member: string): void {
    const members = this.#members.get(group);
    if (members === member) this.#members.delete(group);
    if (typeof members !== 'object') return;
    members.delete(member);
    if (members.size === 0) this.#members.delete(group);
  }

  of(group: string): readonly string[] {
    const members = this.#members.get(group);
    if (members === undefined) return [];
    return typeof members === 'string' ? [members] : [...members];
  }

  has(group: string): boolean {
    return this.#members.has(group);
  }

  /** The groups that have members. */
  names(): Iterable<string> {
    return this.#members.keys();
  }
}
