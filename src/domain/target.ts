/** `flow-` and lower-case letters or digits; the number of characters is not documented. */
export type RunId = string & { readonly __brand: 'RunId' };
/** `node-` and lower-case letters or digits. */
export type NodeId = string & { readonly __brand: 'NodeId' };
