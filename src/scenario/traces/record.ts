/** What one line of a trace is, and where its address lies. */

/** An access of `bytes` bytes at a page (address / 4096) and an offset in it. */
export interface TraceAccess {
  readonly is: 'access';
  readonly page: number;
  readonly offset: number;
  readonly bytes: number;
  readonly write: boolean;
  /** The line does not say whether it reads or writes; it counts as a read. */
  readonly unsaid?: true;
}

/** A line that is well formed, but no access of the program's data: why it is left out. */
export interface LeftOut {
  readonly is: 'left';
  readonly why: string;
}

/** A line that cannot be read: what is wrong with it. */
export interface Unreadable {
  readonly is: 'wrong';
  readonly says: string;
}

export type TraceLine = TraceAccess | LeftOut | Unreadable;
export type LineReader = (line: string) => TraceLine;

export const left = (why: string): LeftOut => ({ is: 'left', why });
export const wrong = (says: string): Unreadable => ({ is: 'wrong', says });

/** 2^63 / 4096: pages from here on are the kernel's half of the address space. */
const KERNEL_PAGE = 2 ** 51;
const KERNEL = left('addresses of the kernel');

/** An access at an address of up to 16 hexadecimal digits; exact although numbers hold 53 bits only. */
export function atHex(digits: string, bytes: number, write: boolean): TraceLine {
  const page = digits.length > 3 ? parseInt(digits.slice(0, -3), 16) : 0;
  return page >= KERNEL_PAGE ? KERNEL : { is: 'access', page, offset: parseInt(digits.slice(-3), 16), bytes, write };
}

/** An access at a decimal address below 2^64. */
export function atDecimal(digits: string, bytes: number, write: boolean): TraceLine {
  const address = BigInt(digits);
  return address >= 2n ** 64n ? wrong(`the address ${digits} is above 64 bits`) : atHex(address.toString(16), bytes, write);
}
