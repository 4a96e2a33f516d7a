// Mails and diffs are read as they were sent, put in order, or refused with a sentence.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { binaryOf, fromBase64, fromQuoted, fromUtf8, textOf } from '../../src/source/mail/bytes';
import { readDiff } from '../../src/source/mail/diff';
import { decodeWords, parameter } from '../../src/source/mail/headers';
import { LIMITS } from '../../src/source/mail/limits';
import { splitMbox } from '../../src/source/mail/mbox';
import { readMail, unflow } from '../../src/source/mail/mime';
import { isMailName, readMailFiles, readMails } from '../../src/source/mail/read';
import { showFile } from '../../src/source/mail/rebuild';
import { readSubject } from '../../src/source/mail/subject';
import { CONCEPT_IDS } from '../../src/source/api';
import { objectionsOn, OBJECTIONS } from '../../src/source/mail/objections';
import { touchedConcepts } from '../../src/source/mail/touched';
import { bytesOf, CHANGE, madeSeries, mailText, mboxText, newFileDiff } from '../support/mailmade';
import { outline } from './variants';

const quoted = (text: string): string => [...bytesOf(text)].map(b => b === 10 ? '\n' : `=${b.toString(16).toUpperCase().padStart(2, '0')}`).join('');
const opened = (text: string, name = 'a.mbox') => {
  const answer = readMails(name, bytesOf(text));
  assert.ok(answer.ok, answer.ok ? '' : answer.text);
  return answer.value;
};
const part = (type: string, body: string, encoding = '8bit'): string => `Content-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n${body}\n`;

test('utf-8, base64 and quoted-printable come back as they went', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
    const binary = binaryOf(bytesOf(text));
    assert.equal(fromUtf8(binary), new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(text)));
    assert.equal(fromBase64(Buffer.from(text).toString('base64').replace(/.{20}/g, '$&\r\n')).binary, binary);
    assert.equal(fromQuoted(quoted(text)), binary);
  }));
});

test('bytes that are no utf-8 become the replacement sign, latin1 is kept, another charset is refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => { assert.doesNotThrow(() => fromUtf8(binaryOf(bytes))); }));
  assert.equal(fromUtf8('a\xffb'), 'a\ufffdb');
  assert.deepEqual(textOf('gr\xfcn', 'ISO-8859-1'), { ok: true, value: 'grün' });
  const koi = textOf('\xc1', 'koi8-r');
  assert.ok(!koi.ok && koi.text.includes('koi8-r'));
});

test('words of a header, folded and encoded', () => {
  assert.equal(decodeWords('=?UTF-8?Q?gr=C3=BCn_und?= =?utf-8?B?IGJsYXU=?= end'), 'grün und blau end');
  assert.equal(decodeWords('=?koi8-r?q?=C1?='), '=?koi8-r?q?=C1?=');
  assert.equal(parameter('multipart/mixed; boundary="a b;c"', 'boundary'), 'a b;c');
  const mail = readMail('Subject: [PATCH 1/2]\r\n one\r\n\ttwo\r\nMessage-Id: <a@b>\r\n\r\nbody\r\n');
  assert.ok(mail.ok && mail.value.subject === '[PATCH 1/2] one two' && mail.value.messageId === 'a@b' && mail.value.body === 'body\n');
});

test('subjects as lists write them', () => {
  const s = readSubject('Re: [RFC PATCH v3 07/12 mm] mm: walk');
  assert.deepEqual([s.reply, s.rfc, s.tagged, s.version, s.index, s.total, s.title], [true, true, true, 3, 7, 12, 'mm: walk']);
  assert.deepEqual([readSubject('[PATCH] x').index, readSubject('[PATCH] x').version, readSubject('[2/3] x').tagged], [undefined, 1, false]);
  assert.equal(readSubject('[PATCH 5/3] x').index, undefined);
  fc.assert(fc.property(fc.string(), t => { assert.doesNotThrow(() => readSubject(t)); }));
});

test('an mbox gives its mails back, ">From " too, and a sentence that begins with From does not cut', () => {
  const body = 'x\n\nFrom here on it is new in 2025\n>From there\nend';
  const split = splitMbox(binaryOf(bytesOf(mboxText([{ subject: 'a', id: '1@x', body }, { subject: 'b', id: '2@x', body: 'y' }]))));
  assert.ok(split.ok);
  assert.equal(split.value.length, 2);
  assert.ok(split.value[0]?.includes(body));
  const raw = splitMbox(`From a Mon Jan  1 00:00:00 2025\nSubject: s\n\nx\n\nFrom that day in 2025\nwe knew\n`);
  assert.ok(raw.ok && raw.value.length === 1);
});

test('a series is put in order; replies and second copies are its discussion', () => {
  const { series, notes } = opened(mboxText(madeSeries(outline())));
  assert.deepEqual(notes, []);
  assert.equal(series.length, 1);
  const [s] = series;
  assert.deepEqual(s?.patches.map(p => p.index), [0, 1, 2]);
  assert.deepEqual([s?.title, s?.version, s?.rfc, s?.total, s?.id], ['A garden', 2, true, 2, 'a-garden-v2']);
  assert.deepEqual(s?.discussion.map(m => m.messageId), ['g-3@x', 'r-1@y']);
  assert.deepEqual(s?.notes, []);
  assert.equal(s?.patches[0]?.mail.body.includes('\nFrom here on'), true);
});

test('two postings in one file stay apart, and what is missing is said', () => {
  const v2 = madeSeries('int a;\n');
  const v3 = v2.map(m => ({ ...m, subject: m.subject.replace('v2', 'v3'), id: `n-${m.id}`, ...(m.parent === undefined ? {} : { parent: `n-${m.parent}` }) }));
  const { series } = opened(mboxText([...v2, ...v3.filter(m => !m.subject.includes(' 1/2'))]));
  assert.deepEqual(series.map(s => [s.version, s.patches.length]), [[2, 3], [3, 2]]);
  assert.match(series[1]?.notes.join(' ') ?? '', /Of 2 patches 1 is not in the file/);
});

test('a new file is shown whole, a changed one as its hunk', () => {
  const [s] = opened(mboxText(madeSeries(outline()))).series;
  const whole = showFile(s?.patches[1]?.files[0] ?? assert.fail());
  assert.equal(whole.whole, true);
  assert.equal(whole.text, outline());
  const changed = showFile(s?.patches[2]?.files[0] ?? assert.fail());
  assert.equal(changed.whole, false);
  assert.ok(changed.text.includes('\tpour(2);') && !changed.text.includes('pour(1)') && changed.text.includes('line 10'));
});

test('concepts lie in the hunks that hold their statements or names', () => {
  const [s] = opened(mboxText(madeSeries(outline()))).series;
  const whole = touchedConcepts(showFile(s?.patches[1]?.files[0] ?? assert.fail()));
  const ids = whole[0]?.map(t => t.id) ?? [];
  for (const id of ['walk', 'curNid', 'flush', 'wait', 'lruCheck'] as const) assert.ok(ids.includes(id), id);
  assert.ok(whole[0]?.every(t => t.how === 'introduces'));
  assert.deepEqual(touchedConcepts(showFile(s?.patches[2]?.files[0] ?? assert.fail()))[0]?.map(t => [t.id, t.how]), [['ready', 'introduces']]);
  const gone = readDiff('--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,1 @@\n int a;\n-f(KMIGRATE_DELAY);\n');
  assert.ok(gone.ok && gone.value[0] !== undefined);
  assert.deepEqual(touchedConcepts(showFile(gone.value[0]))[0]?.map(t => [t.id, t.how]), [['timer', 'removes']]);
});

test('objections hang on concepts of the catalogue', () => {
  for (const o of OBJECTIONS) {
    assert.ok(o.says.length > 20 && o.concepts.length > 0);
    for (const id of o.concepts) assert.ok(CONCEPT_IDS.includes(id) && objectionsOn(id).includes(o));
  }
  assert.equal(objectionsOn('walk')[0]?.on, 'v1');
});

for (const [name, head, encode] of [
  ['quoted-printable', ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'], quoted],
  ['base64', ['Content-Type: text/plain; charset="utf-8"', 'Content-Transfer-Encoding: base64'], (t: string) => Buffer.from(t).toString('base64').replace(/.{76}/g, '$&\n')],
  ['8bit', ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'], (t: string) => t],
] as const) {
  test(`a patch in ${name} gives the same file, with CRLF too`, () => {
    const text = 'int grün;\n\n\t/* From here = 3D */\n';
    const mail = mailText({ subject: '[PATCH] bed', id: 'q@x', headers: ['MIME-Version: 1.0', ...head], body: encode(`Bed.\n---\n\n${newFileDiff('mm/bed.c', text)}\n`) });
    for (const sent of [mail, mail.replace(/\n/g, '\r\n')]) {
      const file = opened(sent, 'a.eml').series[0]?.patches[0]?.files[0] ?? assert.fail();
      assert.deepEqual([file.path, file.kind, showFile(file).text], ['mm/bed.c', 'new', text]);
    }
  });
}

test('multipart: text and patch parts are read, html is not; a missing end is said, depth and count are limited', () => {
  const body = `--b\n${part('text/plain', 'Words.')}--b\n${part('text/html', '<p>diff --git a/z b/z</p>')}--b\n${part('text/x-patch; name=a.patch', CHANGE)}`;
  const mail = (b: string, boundary = 'b'): string => mailText({ subject: '[PATCH 1/1] m', id: 'm@x', headers: [`Content-Type: multipart/mixed; boundary=${boundary}`], body: b });
  const whole = opened(mail(`${body}--b--`), 'a.eml').series[0];
  assert.deepEqual(whole?.patches[0]?.files.map(f => f.path), ['mm/garden.c']);
  assert.deepEqual(whole.notes, []);
  assert.match(opened(mail(body), 'a.eml').series[0]?.notes.join() ?? '', /closing boundary/);
  const many = readMail(mail('--b\n\nx\n'.repeat(LIMITS.parts + 5)));
  assert.ok(!many.ok && many.text.includes(`${LIMITS.parts} parts`));
  let deep = part('text/plain', 'x');
  for (let i = 0; i < LIMITS.depth + 2; i++) deep = `Content-Type: multipart/mixed; boundary=d${i}\n\n--d${i}\n${deep}--d${i}--\n`;
  const refused = readMail(`Subject: deep\n${deep}`);
  assert.ok(!refused.ok && refused.text.includes('nested'));
});

test('format=flowed: soft ends join, stuffed spaces go, signatures stay', () => {
  assert.equal(unflow('one \ntwo\n  code\n> a \n> b\n-- \nme', false), 'one two\n code\n> a b\n-- \nme');
  assert.equal(unflow('one \ntwo', true), 'onetwo');
  const stuffed = CHANGE.split('\n').map(l => l.startsWith(' ') ? ` ${l}` : l).join('\n');
  const mail = mailText({ subject: '[PATCH] f', id: 'f@x', headers: ['Content-Type: text/plain; charset=us-ascii; format=flowed'], body: stuffed });
  assert.equal(opened(mail, 'a.eml').series[0]?.patches[0]?.files[0]?.hunks[0]?.lines.length, 5);
});

test('a hunk that does not add up is refused with file and line', () => {
  for (const [text, says] of [
    [CHANGE.replace(' \tcount();', 'count();'), /mm\/garden\.c, line 5: .*broken/],
    [CHANGE.split('\n').slice(0, 6).join('\n'), /mm\/garden\.c, line 4: .*too early/],
    [CHANGE.replace('@@ -10,3', '@@ -10;3'), /mm\/garden\.c, line 4: .*not a hunk/],
    [CHANGE.replace('-10,3 +10,4', '-10,1 +10,4'), /mm\/garden\.c, line 6: .*other lines/],
  ] as const) {
    const answer = readDiff(text);
    assert.ok(!answer.ok);
    assert.match(answer.text, says);
  }
});

test('deleted, renamed and binary files are named; no path leads out of its folder', () => {
  const answer = readDiff('diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\ndiff --git a/o b/n\nrename from o\nrename to n\n'
    + 'diff --git a/p b/p\nBinary files a/p and b/p differ\n--- /dev/null\n+++ b/../../etc/x\n@@ -0,0 +1 @@\n+hi\n\\ No newline at end of file\n');
  assert.ok(answer.ok);
  assert.deepEqual(answer.value.map(f => [f.path, f.kind]), [['x', 'deleted'], ['n', 'renamed'], ['p', 'binary'], ['etc/x', 'new']]);
  assert.ok(showFile(answer.value[0] ?? assert.fail()).text.includes('gone'));
});

test('a diff without a mail is a patch of its own', () => {
  const { series } = opened(CHANGE, 'garden.diff');
  assert.deepEqual(series.map(s => [s.title, s.patches[0]?.files[0]?.path]), [['garden.diff', 'mm/garden.c']]);
  assert.deepEqual(['a.mbox', 'a.mbox.gz', 'A.EML', 'a.patch', 'a.diff', 'a.c', 'a.gz'].map(isMailName), [true, true, true, true, true, false, false]);
});

test('words before a diff are not taken for the header of a mail', () => {
  assert.deepEqual(opened(`Mends the garden.\n\n${CHANGE}`, 'words.patch').series.map(s => [s.title, s.patches[0]?.files.length]), [['words.patch', 1]]);
});

test('files of one patch each are one series', () => {
  const files = madeSeries('int a;\n').slice(0, 4).map((m, i) => ({ name: `${i}.patch`, bytes: bytesOf(mboxText([m])) }));
  const answer = readMailFiles(files);
  assert.ok(answer.ok);
  assert.deepEqual(answer.value.series.map(s => [s.patches.length, s.notes.length]), [[3, 0]]);
});

test('what is no series is refused with a sentence', () => {
  for (const [bytes, says] of [[new Uint8Array(0), /empty/], [Uint8Array.of(65, 0, 66), /not a text/], [bytesOf('Subject: hello\n\nno patch\n'), /no patch/]] as const) {
    const answer = readMails('x.eml', bytes);
    assert.ok(!answer.ok);
    assert.match(answer.text, says);
  }
});

test('cut anywhere or with bytes changed it never throws', () => {
  const encoded = mailText({ subject: '=?utf-8?q?[PATCH_1/2]_gr=C3=BCn?=', id: 'e@x', headers: ['Content-Type: multipart/mixed; boundary=b'],
    body: `--b\n${part('text/plain; format=flowed', 'soft \nend')}--b\n${part('text/x-diff', Buffer.from(CHANGE).toString('base64'), 'base64')}--b--\n` });
  const whole = bytesOf(`${mboxText(madeSeries('int a;\nint b;\n'))}From x Mon Jan  1 00:00:00 2025\n${encoded}`);
  fc.assert(fc.property(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), (end, changes) => {
    const bytes = whole.slice(0, end);
    for (const [at, value] of changes) if (at < end) bytes[at] = value;
    const answer = readMails('cut.mbox', bytes);
    if (!answer.ok) return assert.ok(answer.text.length > 20);
    for (const s of answer.value.series) for (const p of s.patches) for (const f of p.files) assert.equal(touchedConcepts(showFile(f)).length, f.hunks.length);
  }), { numRuns: 400 });
});

test('any text through the diff reader: an answer, and what it takes it gives back', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('@@ -1,2 +1,2 @@', '--- a/x', '+++ b/x', ' a', '+b', '-c', '', 'diff --git a/x b/x', '\\ No newline')), lines => {
    const answer = readDiff(lines.join('\n'));
    assert.ok(answer.ok || /line \d+/.test(answer.text));
  }));
  const line = fc.stringMatching(/^[ -~]{0,20}$/);
  fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), lines => {
    const text = `${lines.join('\n')}\n`;
    const answer = readDiff(newFileDiff('mm/a.c', text.endsWith('\n\n') ? `${text}x\n` : text));
    assert.ok(answer.ok);
    assert.equal(showFile(answer.value[0] ?? assert.fail()).text, text.endsWith('\n\n') ? `${text}x\n` : text);
  }));
});
