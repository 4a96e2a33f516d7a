/** The digest of the known walk: one for Node, for the extension host and for its worker in the browser. It changes with ENGINE_VERSION only. */

export const KNOWN_DIGEST = '31d537a2ad72724df5867f89ed7c9623';
