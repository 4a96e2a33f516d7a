// Types of chromium.mjs.
import type { Browser, LaunchOptions } from 'playwright-core';
export const QUIET: string[];
export const NO_CHROMIUM: string;
export function findChromium(): string | undefined;
export function launchChromium(o?: LaunchOptions): Promise<Browser>;
