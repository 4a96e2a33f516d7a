// Types of need.mjs.
export const NO_PACKAGES: string;
export const NO_SERVER: string;
export const NO_SERVER_HERE: string;
export function nodeTooOld(version?: string): string | undefined;
export function installed(dir: string): boolean;
export function needNodeModules(dir?: string, loglevel?: 'error' | 'silent'): Promise<void>;
export function hostReady(dir: string): boolean;
export function needHost(dir?: string): Promise<void>;
export function needChromium(): Promise<void>;
export const NO_PARALLEL: string;
export function needParallel(): Promise<void>;
