import type { PaiTrouble } from './catalog.ts';

/** An answer that not all PAI workspaces gave; both are named by their labels. */
export interface Partial {
  readonly shown: readonly string[];
  readonly notShown: readonly { readonly labels: readonly string[]; readonly trouble: PaiTrouble }[];
}
