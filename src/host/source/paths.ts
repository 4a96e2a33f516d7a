/** Where a kernel source may lie, as paths: what a person wrote in the setting, made into candidates. */

export type SourcePlace =
  | { readonly kind: 'uri'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'relative'; readonly path: string }
  | { readonly kind: 'none'; readonly why: string };

/** Reads kmigrated.sourcePath: "~" is the home folder; a URI, an absolute path, or a path below the workspace. */
export function readSourcePath(written: string, home: string): SourcePlace {
  const text = written.trim();
  if (text === '') return { kind: 'none', why: '' };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return { kind: 'uri', text };
  if (text === '~' || text.startsWith('~/') || text.startsWith('~\\')) {
    if (home === '') return { kind: 'none', why: `"${text}" needs a home folder, and there is none in the browser` };
    return { kind: 'path', path: home + text.slice(1) };
  }
  if (text.startsWith('/') || text.startsWith('\\\\') || /^[a-z]:[\\/]/i.test(text)) return { kind: 'path', path: text };
  return { kind: 'relative', path: text };
}

/** The places below a root where kmigrated.c may be: the file itself, or a tree's mm/kmigrated.c, or mm itself. */
export function candidates(namesFile: boolean): readonly string[] {
  return namesFile ? [''] : ['mm/kmigrated.c', 'kmigrated.c'];
}

export const namesCFile = (path: string): boolean => /\.c$/i.test(path);
