/** last_cpupid of a folio: the CPU and the low eight bits of the pid that faulted on it last. Mirrors include/linux/mm.h of 6.16. */

/** No fault yet. */
export const CPUPID_UNSET = -1;
const PID_MASK = 0xff;

export const cpuPidToCpupid = (cpu: number, pid: number): number => (cpu << 8) | (pid & PID_MASK);
export const cpupidToCpu = (cpupid: number): number => cpupid >> 8;
export const cpupidMatchPid = (pid: number, cpupid: number): boolean => (cpupid & PID_MASK) === (pid & PID_MASK);
/** cpupid_pid_unset(): no fault yet, or the fault of a task whose pid ends in 255. */
export const cpupidPidUnset = (cpupid: number): boolean => (cpupid & PID_MASK) === PID_MASK;
/** cpupid_valid(): names one of the machine's CPU numbers; a scan time left by tiering mode may or may not. */
export const cpupidValid = (cpupid: number, cpus: number): boolean => cpupid !== CPUPID_UNSET && cpupidToCpu(cpupid) < cpus;
