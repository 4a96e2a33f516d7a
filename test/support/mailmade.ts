// Mails made up for the tests: words and code are the project's own.

export interface Made {
  readonly subject: string;
  readonly id: string;
  readonly body: string;
  readonly parent?: string;
  readonly headers?: readonly string[];
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function mailText({ subject, id, body, parent, headers }: Made): string {
  const lines = [`From: Ada Example <ada@example.org>`, `Date: Mon, 2 Jun 2025 10:00:00 +0000`, `Message-ID: <${id}>`, `Subject: ${subject}`, ...(headers ?? [])];
  if (parent !== undefined) lines.push(`In-Reply-To: <${parent}>`, `References: <${parent}>`);
  return `${lines.join('\n')}\n\n${body}\n`;
}

export const mboxText = (mails: readonly Made[]): string => mails.map(m => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mailText(m).replace(/^(>*From )/gm, '>$1')}\n`).join('');

export function newFileDiff(path: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return [`diff --git a/${path} b/${path}`, 'new file mode 100644', 'index 000000000000..123456789abc', '--- /dev/null', `+++ b/${path}`, `@@ -0,0 +1,${lines.length} @@`, ...lines.map(l => `+${l}`), '-- ', '2.34.1'].join('\n');
}

export const CHANGE = [
  'diff --git a/mm/garden.c b/mm/garden.c', '--- a/mm/garden.c', '+++ b/mm/garden.c', '@@ -10,3 +10,4 @@ void water(void)', ' \tcount();', '-\tpour(1);', '+\tpour(2);',
  '+\tset_bit(PAGE_EXT_MIGRATE_READY, can);', ' }', '-- ', '2.34.1',
].join('\n');

/** A series of a cover letter and two patches, a reply, and a second copy, in an order that is not theirs. */
export function madeSeries(newFile: string): Made[] {
  return [
    { subject: '[RFC PATCH v2 2/2] garden: pour twice', id: 'g-3@x', parent: 'g-1@x', body: `Twice.\n---\n mm/garden.c | 3 ++-\n\n${CHANGE}` },
    { subject: 'Re: [RFC PATCH v2 0/2] A garden', id: 'r-1@y', parent: 'g-1@x', body: '> A garden.\n\nFrom where comes the water?' },
    { subject: '[RFC PATCH v2 1/2] garden: a new bed', id: 'g-2@x', parent: 'g-1@x', body: `A bed.\n---\n\n${newFileDiff('mm/kmigrated.c', newFile)}` },
    { subject: '[RFC PATCH v2 0/2] A garden', id: 'g-1@x', body: 'A garden.\n\nFrom here on it grows.\n' },
    { subject: '[RFC PATCH v2 2/2] garden: pour twice', id: 'g-3@x', parent: 'g-1@x', body: `Twice.\n---\n\n${CHANGE}` },
  ];
}
