/** Copies a reproduction of the open world: what to paste into a new file to have the same world again. */
export {};
